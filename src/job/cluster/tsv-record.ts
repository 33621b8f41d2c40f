import { WireError, type JobRecord } from './job-record.ts';

/**
 * A record of the `tsv` wire: a line of key and value, a tab between them. The key is text in which what engines would
 * take for something else (blanks, control signs, anything beyond ASCII) stands as `%` and two hexadecimal digits a
 * byte; the value is base64. Equal keys are equal lines' beginnings, which is all that a shuffle needs.
 */
export function toTsvLine({ key, value }: JobRecord): string {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return `${escapeKey(key)}\t${bytes.toString('base64')}\n`;
}

/** The record of a line without its end; throws `WireError` on a line that is none. */
export function fromTsvLine(line: string): JobRecord {
  const tab = line.indexOf('\t');
  if (tab < 0) throw new WireError('a line without a tab');
  // A value with a tab in it, or bytes that base64 has not, would otherwise be read as less than came.
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(line.slice(tab + 1))) throw new WireError('a value that is no base64'); // prettier-ignore
  return {
    key: unescapeKey(line.slice(0, tab)),
    value: Buffer.from(line.slice(tab + 1), 'base64'),
  };
}

const PLAIN = /^[!-$&-~]*$/;

function escapeKey(key: string): string {
  if (PLAIN.test(key)) return key;
  let text = '';
  for (const byte of Buffer.from(key)) {
    const isPlain = byte > 32 && byte < 127 && byte !== 37;
    text += isPlain ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0')}`;
  }
  return text;
}

function unescapeKey(text: string): string {
  if (!text.includes('%')) return text;
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '%') {
      const byte = Number.parseInt(text.slice(i + 1, i + 3), 16);
      if (Number.isNaN(byte)) throw new WireError('a key with a % that says nothing');
      bytes.push(byte);
      i += 2;
    } else bytes.push(text.charCodeAt(i) & 0xff);
  }
  return Buffer.from(bytes).toString();
}
