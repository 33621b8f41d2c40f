/** A reason as it is counted, in words: `truncatedFile` → `truncated file`; what follows a colon is a name and stays. */
export function inWords(reason: string): string {
  const [first = '', ...names] = reason.split(':');
  const words = first.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return [words.replace(/\bip\b/, 'IP'), ...names].join(': ');
}
