import { LineSplitter } from '../../bytes/lines.ts';
import { decodeFacts, encodeFacts, type JobFacts } from './job-facts.ts';
import { WireError } from './job-record.ts';
import { addSkipList, skipList } from './job-skips.ts';

/** That of the bytes of a profile: the one a `HostTable` writes. Raise both together. */
const PROFILES_VERSION = 2;

/** What else the writer of a file knows, so that one that is cut short, or is newer, is told from a whole one. */
export interface ProfilesHeader {
  /** How many hosts come after it. */
  readonly hosts?: number;
  /** Packets, lines and flows that could not be used, by reason. */
  readonly skips?: ReadonlyMap<string, number>;
}

/**
 * Profiles as lines of text: what a job leaves for another to go on from. A line a host, its profile in base64, and one
 * with an empty host for what the whole input could show.
 */
export function profileLine(host: string, profile: Uint8Array): string {
  return `{"host":${JSON.stringify(host)},"profile":"${base64(profile)}"}`;
}

export function factsLine(facts: JobFacts, { hosts, skips }: ProfilesHeader = {}): string {
  return JSON.stringify({
    host: '',
    profile: base64(encodeFacts(facts)),
    version: PROFILES_VERSION,
    hosts,
    skips: skips === undefined || skips.size === 0 ? undefined : skipList(skips),
  });
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
  readonly skips?: (skips: ReadonlyMap<string, number>) => void;
}

/** No profile is near this; a line that is longer ends the reading. */
const MOST_LINE_BYTES = 1 << 28;

/** Profiles that a later version of this program wrote: what they mean is not known here. */
export class NewerProfilesError extends WireError {
  constructor(version: unknown) {
    super(`host profiles of version ${String(version)}, and this rapsheet reads version ${PROFILES_VERSION}`); // prettier-ignore
    this.name = 'NewerProfilesError';
  }
}

/**
 * Reads lines of profiles; gives the number of hosts. Damage throws `WireError`: half of a profile would be another
 * host. The files of several writers may follow each other.
 */
export async function readProfileLines(
  chunks: AsyncIterable<Uint8Array>,
  sink: ProfileSink,
): Promise<number> {
  const reading = new ProfileReading(sink);
  const splitter = new LineSplitter(
    (bytes, start, end) => reading.line(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString()), // prettier-ignore
    {
      maxLength: MOST_LINE_BYTES,
      onTooLong: () => reading.fail('longer than any profile'),
    },
  );
  for await (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return reading.end();
}

type Fields = Readonly<Partial<Record<'host' | 'profile' | 'version' | 'hosts' | 'skips', unknown>>>; // prettier-ignore

/** A file of profiles, line by line. */
class ProfileReading {
  readonly #sink: ProfileSink;
  #number = 0;
  #hosts = 0;
  /** As the headers say; `NaN` when one says nothing. */
  #announced = 0;

  constructor(sink: ProfileSink) {
    this.#sink = sink;
  }

  line(line: string): void {
    this.#number++;
    if (line === '' || line === '\r') return;
    const { host, profile, ...header } = this.#parse(line);
    if (typeof host !== 'string' || typeof profile !== 'string') this.fail('no profile');
    try {
      if (host === '') this.#header(Buffer.from(profile, 'base64'), header);
      else {
        this.#hosts++;
        this.#sink.profile(host, Buffer.from(profile, 'base64'));
      }
    } catch (cause) {
      if (cause instanceof NewerProfilesError || !(cause instanceof WireError)) throw cause;
      this.fail(cause.message);
    }
  }

  end(): number {
    if (this.#hosts !== this.#announced && !Number.isNaN(this.#announced)) {
      throw new WireError(`cut off: it says it has ${this.#announced} hosts, ${this.#hosts} came`);
    }
    return this.#hosts;
  }

  fail(what: string): never {
    throw new WireError(`line ${this.#number}: ${what}`);
  }

  #header(facts: Uint8Array, { version, hosts, skips }: Fields): void {
    if (version !== undefined && version !== PROFILES_VERSION) throw new NewerProfilesError(version); // prettier-ignore
    this.#announced += typeof hosts === 'number' ? hosts : NaN;
    this.#sink.facts(decodeFacts(facts));
    if (skips === undefined) return;
    const counts = new Map<string, number>();
    addSkipList(counts, skips);
    this.#sink.skips?.(counts);
  }

  #parse(line: string): Fields {
    try {
      return (JSON.parse(line) ?? {}) as Fields;
    } catch {
      this.fail('cut off, or no profile');
    }
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
