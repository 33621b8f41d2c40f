import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { hashText } from './hash.ts';

const MAX_LENGTH = 128;
const KEPT = 112;
const LONE_SURROGATES = /\p{Surrogate}/gu;
const encoder = new TextEncoder();
// A leading U+FEFF belongs to the key: without `ignoreBOM` the decoder would swallow it.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * The form in which a text is kept as a key: well-formed, so that UTF-8 holds it without loss, and at most 128 code
 * units long, because it is the sender of the traffic who chooses it. The rest of a longer one becomes its hash.
 */
export function toTextKey(text: string): string {
  const short =
    text.length <= MAX_LENGTH
      ? text
      : `${text.slice(0, KEPT)}…${hashText(text).toString(16).padStart(13, '0')}`;
  return hasSurrogate(short) ? short.replace(LONE_SURROGATES, '\ufffd') : short;
}

/** Most texts have none, and looking costs a tenth of replacing. */
function hasSurrogate(text: string): boolean {
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xf800) === 0xd800) return true;
  return false;
}

export function writeTextKey(writer: ByteWriter, key: string): void {
  if (isAscii(key)) {
    writer.varint(key.length);
    for (let i = 0; i < key.length; i++) writer.u8(key.charCodeAt(i));
    return;
  }
  const bytes = encoder.encode(key);
  writer.varint(bytes.length);
  writer.slice(bytes);
}

/** Marks the reader when the bytes are not what `writeTextKey` writes of a kept key. */
export function readTextKey(reader: ByteReader): string {
  const length = reader.varint();
  if (length > 3 * MAX_LENGTH) {
    reader.truncated = true;
    return '';
  }
  const bytes = reader.slice(length);
  const key = areAscii(bytes) ? fromAscii(bytes) : decoder.decode(bytes);
  if (key.length > MAX_LENGTH) reader.truncated = true;
  return key;
}

// Most keys are ASCII and short: looking costs a fifth of what the encoder and the decoder do.

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

function areAscii(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte > 0x7f) return false;
  return bytes.length <= MAX_LENGTH;
}

function fromAscii(bytes: Uint8Array): string {
  return String.fromCharCode.apply(undefined, bytes as unknown as number[]);
}
