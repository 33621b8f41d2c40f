import { captureStartUs } from '../../capture/capture-start.ts';
import { CaptureSequence } from '../../flow/read-capture.ts';
import { readTraffic, type ReadSummary } from '../../flow/read-traffic.ts';
import { recogniseInput, type InputFormat } from '../../flow/recognise-input.ts';
import { recogniseCompression } from '../decompress.ts';
import { RapsheetError } from '../errors.ts';
import { hashSeed } from '../hash-seed.ts';
import { refusalOf } from '../input-refusals.ts';
import { openChunks, type OpenedInput } from '../open-input.ts';
import { ROTATION_SLACK_US } from '../rotated-files.ts';
import { isOrdinarySkip } from '../skip-words.ts';
import { readCaptureSection } from './capture-section.ts';
import { HostCombiner, type CombinerOptions } from './host-combiner.ts';
import { putInputReport, type InputReport } from './input-report.ts';
import { WireError, type Put } from './job-record.ts';
import { isReadByLines, readLogSection } from './log-section.ts';
import { isProfileLines, readProfileLines } from './profile-lines.ts';
import { putRecordingPart, type PartPlace } from './recording-part.ts';
import { isWholeFile, type Section, type SectionSource } from './section.ts';

export interface MapOptions extends CombinerOptions {
  /** Takes every file for this format instead of recognising it. */
  readonly format?: InputFormat | undefined;
}

/**
 * Reads sections of files into partial profiles, open flows and reports. A file that is nothing known, or cannot be
 * opened, is reported by name, and the others are read. Gives the recordings whose ranges do not fit together: what was
 * read of those is not exact.
 */
export async function mapSections(
  sections: Iterable<SectionSource>,
  put: Put,
  options: MapOptions = {},
): Promise<readonly string[]> {
  const mapper = new Mapper(put, options);
  for (const section of sections) await mapper.read(section);
  mapper.end();
  return mapper.misfits;
}

/** Reasons that are told of one input. */
const MOST_REASONS = 8;

/** Captures that follow each other, read as one. */
interface OpenSequence {
  readonly sequence: CaptureSequence;
  readonly recording: string;
  /** Where it stands in the recording, if that has parts elsewhere. */
  readonly place: Omit<PartPlace, 'lastUs'>;
}

class Mapper {
  readonly #put: Put;
  readonly #format: InputFormat | undefined;
  readonly #hosts: HostCombiner;
  #open: OpenSequence | undefined;
  readonly misfits: string[] = [];

  constructor(put: Put, options: MapOptions) {
    this.#put = put;
    this.#format = options.format;
    this.#hosts = new HostCombiner(put, options);
  }

  async read(source: SectionSource): Promise<void> {
    let section: Section;
    try {
      section = source.open();
    } catch (cause) {
      if (!(cause instanceof RapsheetError)) throw cause;
      this.#report({ path: source.path, start: 0, bytes: 0, failed: cause.line });
      return;
    }
    if (!section.continues) this.#endSequence();
    this.#hosts.takeSkips();
    if (isWholeFile(section)) await this.#readFile(section);
    else await this.#readRange(section);
  }

  end(): void {
    this.#endSequence();
    this.#hosts.end();
  }

  async #readFile(section: Section): Promise<void> {
    const { path, size } = section;
    const file = { path, named: true, bytes: size };
    const input = await openChunks(file, section.chunks, {
      onDamage: (reason) => this.#hosts.skipped(reason, 1),
    });
    if (isProfileLines(input.head)) {
      await this.#readProfiles(path, size, input);
      return;
    }
    const format = this.#format ?? recogniseInput(input.head);
    if (format === undefined || input.head.length === 0) {
      await input.close();
      this.#report({ path, start: 0, bytes: size, leftOut: refusalOf(input.head).reason });
    } else if (format === 'pcap' || format === 'pcapng') {
      await this.#readCapture(section, format, input);
    } else this.#reportRead(section, await readTraffic(format, input.chunks, this.#hosts));
  }

  /** What another job has left: its hosts go on from there. */
  async #readProfiles(path: string, size: number, input: OpenedInput): Promise<void> {
    try {
      const records = await readProfileLines(input.chunks, {
        profile: (host, bytes) => this.#hosts.addEncoded(host, bytes),
        facts: (facts) => this.#hosts.addFacts(facts),
      });
      this.#report({ path, start: 0, bytes: size, format: 'profiles', records });
    } catch (cause) {
      // Half of what was known of a host is not what was known of it: the job must not go on with that.
      throw cause instanceof WireError ? new WireError(`${path}: ${cause.message}`) : cause;
    }
  }

  async #readCapture(section: Section, format: InputFormat, input: OpenedInput): Promise<void> {
    const startUs = captureStartUs(input.head);
    const sequence = this.#sequenceFor(section, startUs);
    const { packets } = await sequence.read(input.chunks);
    const { path, size } = section;
    const recording = section.recording === '' ? this.#open?.place.path : section.recording;
    this.#report({ path, start: 0, bytes: size, format, records: packets, recording, startUs });
  }

  /** The one that is open if the file goes on where that ended. */
  #sequenceFor({ path, recording, continues }: Section, startUs: number): CaptureSequence {
    const open = this.#open;
    if (
      continues &&
      open?.recording === recording &&
      !(startUs < open.sequence.lastUs - ROTATION_SLACK_US)
    )
      return open.sequence;
    this.#endSequence();
    // What does not say when it begins has no place among the files of its recording.
    const own = Number.isNaN(startUs) ? '' : recording;
    const sequence = new CaptureSequence(this.#hosts, { part: own !== '', hashSeed });
    this.#open = { sequence, recording: own, place: { startUs, path, from: 0, isStart: true } };
    return sequence;
  }

  #endSequence(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    const { sequence, recording, place } = open;
    if (recording === '') {
      sequence.end();
      return;
    }
    const { lastUs } = sequence;
    putRecordingPart(this.#put, recording, { ...place, lastUs }, sequence.endPart());
  }

  async #readRange(section: Section): Promise<void> {
    const { path, start, length } = section;
    const { head, chunks } = withHead(section);
    const format = this.#format ?? recogniseInput(head);
    const whole = { ...section, chunks };
    if (format === 'pcap' || format === 'pcapng') this.#readCaptureRange(whole, format, head);
    else if (format !== undefined && isReadByLines(format)) {
      this.#reportRead(section, await readLogSection(format, whole, this.#hosts));
    } else {
      const what = format ?? recogniseCompression(head) ?? refusalOf(head).reason;
      const failed = `${path}: ${what} cannot be read in ranges: give it to one task (a larger --range-mb)`;
      this.#report({ path, start, bytes: length, failed });
    }
  }

  #readCaptureRange(section: Section, format: InputFormat, head: Uint8Array): void {
    const { path, start, length } = section;
    const read = readCaptureSection(section, head, this.#hosts);
    if (read === undefined) {
      const failed = `${path}: its first 64 KiB do not say how to read on: give it to one task`;
      this.#report({ path, start, bytes: length, failed });
      return;
    }
    const { part, packets, lastUs, to, isExact } = read;
    const recording = section.recording === '' ? path : section.recording;
    const place = {
      startUs: captureStartUs(head),
      path,
      from: start,
      isStart: start === 0,
      lastUs,
    };
    putRecordingPart(this.#put, recording, place, part);
    if (!isExact) this.misfits.push(recording);
    const failed = isExact
      ? undefined
      : `${path}: damaged, or odd, before byte ${to}: its ranges do not fit together: give it to one task (a larger --range-mb)`;
    this.#report({ path, start, bytes: length, format, records: packets, failed });
  }

  #reportRead({ path, start, length }: Section, summary: ReadSummary): void {
    const { format, records, lines, skips } = summary;
    this.#report({ path, start, bytes: length, format, records, lines, skips });
  }

  #report(report: Omit<InputReport, 'records'> & { readonly records?: number }): void {
    const skips = [...this.#hosts.takeSkips()].filter(([reason]) => !isOrdinarySkip(reason));
    skips.sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
    const broken = skips.length === 0 ? undefined : skips.slice(0, MOST_REASONS);
    putInputReport(this.#put, { records: 0, ...report, broken });
  }
}

/** The file's first bytes, out of the section where it is that which begins with them. */
function withHead(section: Section): { head: Uint8Array; chunks: Iterable<Uint8Array> } {
  if (section.start > 0) return section;
  const source = section.chunks[Symbol.iterator]();
  const parts: Uint8Array[] = [];
  for (let length = 0; length < 1 << 16;) {
    const next = source.next();
    if (next.done === true) break;
    parts.push(next.value.slice());
    length += next.value.length;
  }
  const head = new Uint8Array(Buffer.concat(parts));
  function* chunks(): Generator<Uint8Array> {
    yield head;
    for (let next = source.next(); next.done !== true; next = source.next()) yield next.value;
  }
  return { head, chunks: chunks() };
}
