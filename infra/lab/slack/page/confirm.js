// The question before a button does what it says.
import { byId } from './dom.js';
import { renderMrkdwn } from './mrkdwn.js';

/** Resolves with whether the person meant it. */
export function confirmed(ask, style, names) {
  const dialog = byId('confirm');
  byId('confirm-title').textContent = ask.title.text;
  const text = ask.text.type === 'mrkdwn' ? renderMrkdwn(ask.text.text, names) : [ask.text.text];
  byId('confirm-text').replaceChildren(...text);
  byId('confirm-no').textContent = ask.deny.text;
  byId('confirm-yes').textContent = ask.confirm.text;
  byId('confirm-yes').className = `action ${ask.style ?? style ?? 'primary'}`;
  byId('confirm-no').className = 'action';
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}
