import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { systemCode } from '../job/errors.ts';
import { HttpError } from './http-error.ts';

/** An upload in a file of its own, in a folder that only this user may enter. */
export interface SpooledUpload {
  readonly path: string;
  readonly bytes: number;
  remove(): Promise<void>;
}

/** Writes a body to disk as it comes. What is larger than `maxBytes`, or ends too soon, leaves nothing behind. */
export async function spoolUpload(
  body: Readable,
  maxBytes: number,
  signal: AbortSignal,
): Promise<SpooledUpload> {
  const stop = (): void => void body.destroy();
  signal.addEventListener('abort', stop);
  let folder = '';
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    folder = await mkdtemp(join(tmpdir(), 'rapsheet-upload-'));
    const path = join(folder, 'upload');
    const bytes = await write(path, body, maxBytes);
    return { path, bytes, remove };
  } catch (error) {
    body.resume(); // the rest of the body is thrown away, so that the client reads the answer
    if (folder !== '') await remove();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function write(path: string, body: Readable, maxBytes: number): Promise<number> {
  const file = await open(path, 'wx', 0o600);
  let bytes = 0;
  try {
    // Not destroyed when it is too large: that would cut the connection before the answer.
    for await (const chunk of body.iterator({
      destroyOnReturn: false,
    }) as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      await writeFully(file, chunk);
    }
  } finally {
    await file.close();
  }
  if (bytes === 0) {
    throw new HttpError(400, 'EMPTY_INPUT', 'send the bytes of a capture or log as the body');
  }
  return bytes;
}

async function writeFully(
  file: Awaited<ReturnType<typeof open>>,
  chunk: Uint8Array,
): Promise<void> {
  try {
    await file.appendFile(chunk);
  } catch (cause) {
    const reason = systemCode(cause);
    if (reason !== 'ENOSPC' && reason !== 'EDQUOT') throw cause;
    throw new HttpError(507, 'CANNOT_WRITE', 'the server has no room for the upload', { cause });
  }
}

export function tooLarge(maxBytes: number): HttpError {
  const most = `${Math.floor(maxBytes / 2 ** 20)} MiB`;
  return new HttpError(413, 'TOO_LARGE', `the upload is larger than this server takes (${most})`);
}
