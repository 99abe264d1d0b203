/** Whether this is a job's id, or its plan's, which names the same job: j-7f3k9c, p-7f3k9c. Case does not count. */
export function isJobId(text: string): boolean {
  return /^[jp]-[a-z0-9]{6,12}$/i.test(text);
}

/** The id as the job's row has it. Only for text that `isJobId` accepts. */
export function toJobId(text: string): string {
  return `j-${text.slice(2).toLowerCase()}`;
}

/** The id that somebody may have meant who left out its beginning or its dash. It holds a digit, as no word does. */
export function guessJobId(text: string): string | undefined {
  const id = /^(?:[jp][-#_]?|#)?(?=[a-z]*\d)([a-z0-9]{6})$/i.exec(text)?.[1];
  return id === undefined ? undefined : `j-${id.toLowerCase()}`;
}
