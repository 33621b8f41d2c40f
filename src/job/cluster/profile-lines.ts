import { LineSplitter } from '../../bytes/lines.ts';
import { decodeFacts, encodeFacts, type JobFacts } from './job-facts.ts';
import { WireError } from './job-record.ts';

/**
 * Profiles as lines of text: what a job leaves for another to go on from. A line a host, its profile in base64, and one
 * with an empty host for what the whole input could show.
 */
export function profileLine(host: string, profile: Uint8Array): string {
  return `{"host":${JSON.stringify(host)},"profile":"${base64(profile)}"}`;
}

export function factsLine(facts: JobFacts): string {
  return profileLine('', encodeFacts(facts));
}

/** Whether a file that begins so holds profiles. */
export function isProfileLines(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head.subarray(0, 1024));
  return /^\{"host":"(?:[^"\\]|\\.)*","profile":"/.test(text);
}

/** What takes profiles. */
export interface ProfileSink {
  readonly profile: (host: string, bytes: Uint8Array) => void;
  readonly facts: (facts: JobFacts) => void;
}

/** No profile is near this; a line that is longer ends the reading. */
const MOST_LINE_BYTES = 1 << 28;

/** Reads lines of profiles; gives their number. Damage throws `WireError`: half of a profile would be another host. */
export async function readProfileLines(
  chunks: AsyncIterable<Uint8Array>,
  sink: ProfileSink,
): Promise<number> {
  let lines = 0;
  const splitter = new LineSplitter(
    (bytes, start, end) => {
      if (start === end) return;
      lines++;
      readLine(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString(), lines, sink); // prettier-ignore
    },
    {
      maxLength: MOST_LINE_BYTES,
      onTooLong: () => {
        throw new WireError(`line ${lines + 1}: longer than any profile`);
      },
    },
  );
  for await (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

function readLine(line: string, number: number, sink: ProfileSink): void {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new WireError(`line ${number}: cut off, or no profile`);
  }
  const { host, profile } = (value ?? {}) as { host?: unknown; profile?: unknown };
  if (typeof host !== 'string' || typeof profile !== 'string') {
    throw new WireError(`line ${number}: no profile`);
  }
  const bytes = Buffer.from(profile, 'base64');
  try {
    if (host === '') sink.facts(decodeFacts(bytes));
    else sink.profile(host, bytes);
  } catch (cause) {
    if (cause instanceof WireError) throw new WireError(`line ${number}: ${cause.message}`);
    throw cause;
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
