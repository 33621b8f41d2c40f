export interface LineOptions {
  /** A longer line is cut to nothing and counted, so that one endless line cannot fill the memory. */
  readonly maxLength?: number;
  readonly onTooLong?: () => void;
}

/** Text lines of a byte stream, UTF-8, without `\n` or `\r\n`; a last line needs no newline. */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  options: LineOptions = {},
): AsyncGenerator<string[]> {
  const maxLength = options.maxLength ?? 1 << 20;
  const decoder = new TextDecoder();
  let rest = '';
  let tooLong = false;
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (tooLong && lines.length > 0) {
      lines.shift();
      tooLong = false;
    }
    if (rest.length > maxLength || tooLong) {
      if (!tooLong) options.onTooLong?.();
      tooLong = true;
      rest = '';
    }
    if (lines.length > 0) yield lines.map(withoutReturn);
  }
  rest += decoder.decode();
  if (rest !== '' && !tooLong) yield [withoutReturn(rest)];
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
