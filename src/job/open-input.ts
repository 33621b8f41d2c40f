import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { decompress, recogniseCompression, type Compression } from './decompress.ts';
import { RapsheetError, readError, systemCode } from './errors.ts';
import { STANDARD_INPUT, type InputFile } from './find-inputs.ts';
import { isNfcapd, nfdumpText } from './nfdump-text.ts';
import { isParquet, parquetText } from './parquet-text.ts';

const CHUNK_BYTES = 1 << 20;
/** Enough for every format to show itself, a Zeek heading or a wide CSV heading included. */
const HEAD_BYTES = 1 << 16;

export interface OpenOptions {
  /** Called with bytes read from disk or standard input: compressed ones, if they are. Waited for before they are used. */
  readonly onBytes?: (bytes: number) => void | Promise<void>;
  /** Columns of a Parquet table that are wanted; without it, those that a reader of tables would look at. */
  readonly columns?: readonly string[];
  /** Called when a compressed stream is damaged; what came before the damage is read. */
  readonly onDamage?: (reason: string) => void;
}

/** One file, open: the first bytes to recognise it by, and all of its bytes. */
export interface OpenedInput {
  readonly file: InputFile;
  /** Decompressed; at least 64 KiB unless the file is shorter. */
  readonly head: Uint8Array;
  /** From outside in. */
  readonly compression: readonly Compression[];
  /** Everything, the head again too, decompressed. A chunk may be overwritten after the next one was asked for. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Must be called if `chunks` is not read to its end. */
  close(): Promise<void>;
}

/** Opens a file and looks at its beginning; gzip and zstd around it (also twice) are taken off. */
export async function openInput(file: InputFile, options: OpenOptions = {}): Promise<OpenedInput> {
  const raw = file.path === STANDARD_INPUT ? readStandardInput() : readFileChunks(file.path);
  return openChunks(file, raw, options);
}

/** The same for bytes that come from elsewhere. */
export async function openChunks(
  file: InputFile,
  raw: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  options: OpenOptions = {},
): Promise<OpenedInput> {
  let stream = countBytes(raw, options.onBytes);
  const compression: Compression[] = [];
  for (;;) {
    const { head, chunks } = await peek(stream);
    const wrapped = compression.length < 2 ? recogniseCompression(head) : undefined;
    const told = compression.length === 0 ? toldAsText(file, head, options) : undefined;
    if (told !== undefined) {
      await chunks.return(undefined);
      return openedText(file, told);
    }
    if (wrapped === undefined) {
      const close = async (): Promise<void> => {
        await chunks.return(undefined);
      };
      return { file, head, compression, chunks, close };
    }
    compression.push(wrapped);
    stream = decompress(wrapped, chunks, options.onDamage ?? (() => undefined));
  }
}

/** What is no stream of bytes to be read one after the other, told as a table in text. */
function toldAsText(
  file: InputFile,
  head: Uint8Array,
  { columns, onBytes, onDamage }: OpenOptions,
): AsyncGenerator<Uint8Array> | undefined {
  const [parquet, nfcapd] = [isParquet(head), isNfcapd(head)];
  if (!parquet && !nfcapd) return undefined;
  if (file.path === STANDARD_INPUT) {
    throw new RapsheetError(
      'CANNOT_READ',
      `standard input: ${parquet ? 'Parquet is' : 'files of nfcapd are'} not read from a pipe`,
      {
        // prettier-ignore
        hint: 'name the file',
      },
    );
  }
  if (nfcapd) return nfdumpText(file.path);
  const bytes = statSync(file.path).size;
  return parquetText(file.path, {
    bytes,
    ...(columns === undefined ? {} : { columns }),
    ...(onBytes === undefined ? {} : { onBytes }),
    ...(onDamage === undefined ? {} : { onDamage }),
  });
}

async function openedText(file: InputFile, text: AsyncGenerator<Uint8Array>): Promise<OpenedInput> {
  const { head, chunks } = await peek(text);
  const close = async (): Promise<void> => {
    await chunks.return(undefined);
  };
  return { file, head, compression: [], chunks, close };
}

/** Synchronous reads of 1 MiB: faster than streams for what is in the page cache, and files are local. */
function* readFileChunks(path: string): Generator<Uint8Array> {
  const buffer = new Uint8Array(CHUNK_BYTES); // no Buffer: its `slice` is a view
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    for (;;) {
      const length = readSync(descriptor, buffer, 0, CHUNK_BYTES, null);
      if (length === 0) return;
      yield buffer.subarray(0, length);
    }
  } catch (cause) {
    throw systemCode(cause) === '' ? cause : readError(path, cause);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

async function* readStandardInput(): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of process.stdin) yield chunk as Uint8Array;
  } catch (cause) {
    throw readError('standard input', cause);
  }
}

async function* countBytes(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  onBytes: OpenOptions['onBytes'],
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    await onBytes?.(chunk.length);
    yield chunk;
  }
}

async function peek(stream: AsyncGenerator<Uint8Array>) {
  const kept: Uint8Array[] = [];
  let length = 0;
  while (length < HEAD_BYTES) {
    const next = await stream.next();
    if (next.done === true) break;
    kept.push(new Uint8Array(next.value)); // a copy, which Buffer.slice is not
    length += next.value.length;
  }
  const head = kept.length === 1 ? kept[0]! : new Uint8Array(Buffer.concat(kept));
  async function* replay(): AsyncGenerator<Uint8Array> {
    try {
      if (head.length > 0) yield head;
      yield* stream;
    } finally {
      await stream.return(undefined);
    }
  }
  return { head, chunks: replay() };
}
