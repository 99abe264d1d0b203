// A line to type in: Enter sends, the arrow keys bring back what was typed before.

const typed = [];

export function createComposer({ form, input, send }) {
  let at = typed.length;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = input.value;
    if (text.trim() === '') return;
    input.value = '';
    typed.push(text);
    at = typed.length;
    void send(text);
  });
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    at = Math.min(typed.length, Math.max(0, at + (event.key === 'ArrowUp' ? -1 : 1)));
    input.value = typed[at] ?? '';
  });
}
