import { isFolded, JsonRecords } from './json-records.ts';

/** So much is looked at to say how a text is written. */
const LOOKED_AT = 1 << 16;

/** UTF-16 as PowerShell's `>` writes it, told by its byte-order mark. */
function isUtf16(head: Uint8Array): boolean {
  return head[0] === 0xff && head[1] === 0xfe;
}

/** The beginning of a text as lines of UTF-8, whatever it is written as: see `plainLines`. */
export function plainHead(head: Uint8Array): Uint8Array {
  const utf8 = isUtf16(head) ? new TextEncoder().encode(decodeUtf16(head)) : head;
  if (utf8.includes(0) || !isFolded(new TextDecoder().decode(utf8.subarray(0, LOOKED_AT)))) return utf8; // prettier-ignore
  const lines: Uint8Array[] = [];
  const records = new JsonRecords((line) => lines.push(line));
  records.push(utf8);
  records.end();
  return join(lines);
}

/**
 * A log as lines of UTF-8: what is written in UTF-16 is rewritten, and of JSON that is a list, or an object over several
 * lines, each record is made a line (`JsonRecords`). Everything else passes as it is.
 */
export async function* plainLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Uint8Array | undefined = new Uint8Array(0);
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let records: JsonRecords | undefined;
  let lines: Uint8Array[] = [];
  const convert = (chunk: Uint8Array, more: boolean): Uint8Array => {
    const utf8 = decoder === undefined ? chunk : new TextEncoder().encode(decoder.decode(chunk, { stream: more })); // prettier-ignore
    if (records === undefined) return utf8;
    lines = [];
    records.push(utf8);
    if (!more) records.end();
    return join(lines);
  };
  const begin = (first: Uint8Array): void => {
    if (isUtf16(first)) decoder = new TextDecoder('utf-16le');
    const text = decoder === undefined ? new TextDecoder().decode(first.subarray(0, LOOKED_AT)) : decodeUtf16(first); // prettier-ignore
    if (isFolded(text)) records = new JsonRecords((line) => lines.push(line));
  };
  try {
    for await (const chunk of chunks) {
      if (head === undefined) {
        yield convert(chunk, true);
        continue;
      }
      head = join([head, chunk]);
      if (head.length < LOOKED_AT) continue;
      begin(head);
      yield convert(head, true);
      head = undefined;
    }
  } catch (cause) {
    // What came before the source broke is read.
    if (head !== undefined) begin(head);
    yield convert(head ?? new Uint8Array(0), true);
    throw cause;
  }
  if (head !== undefined) {
    begin(head);
    yield convert(head, true);
  }
  yield convert(new Uint8Array(0), false);
}

function decodeUtf16(head: Uint8Array): string {
  return new TextDecoder('utf-16le').decode(head.subarray(0, head.length & ~1));
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
