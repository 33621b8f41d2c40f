/** A command as a shell reads it: words quoted where they have to be. */
export function shellCommand(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

/** The same over several lines, an option a line. */
export function shellLines(words: readonly string[]): string {
  const lines: string[][] = [];
  for (const word of words) {
    if (lines.length === 0 || (word.startsWith('-') && lines.at(-1)!.length > 0)) lines.push([]);
    lines.at(-1)!.push(word);
  }
  return lines.map(shellCommand).join(' \\\n  ');
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
