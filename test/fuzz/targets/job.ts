import { captureStartUs } from '../../../src/capture/capture-start.ts';
import { readCaptureSection } from '../../../src/job/cluster/capture-section.ts';
import { answerNeighbours, askNeighbours } from '../../../src/job/cluster/context-rounds.ts';
import { FrameDecoder, FrameEncoder } from '../../../src/job/cluster/frames.ts';
import { HostCombiner } from '../../../src/job/cluster/host-combiner.ts';
import { putInputReport } from '../../../src/job/cluster/input-report.ts';
import { WireError, type JobRecord, type Put } from '../../../src/job/cluster/job-record.ts';
import { readHosts } from '../../../src/job/cluster/judge-rounds.ts';
import { mapSections } from '../../../src/job/cluster/map-stage.ts';
import { putRecordingPart } from '../../../src/job/cluster/recording-part.ts';
import { combineParts, reduceParts } from '../../../src/job/cluster/reduce-stage.ts';
import { frameSections, type Section } from '../../../src/job/cluster/section.ts';
import { readRecords } from '../../../src/job/cluster/wire.ts';
import { Digest, Outcome } from '../digest.ts';
import { cutsOf, eachChunk, mustHold, type FuzzTarget } from '../fuzz-target.ts';
import { syntheticCaptures } from '../synthetic-traffic.ts';

/** Records on the `frames` wire: the same however the bytes are cut, or refused. */
export const jobFrames: FuzzTarget = {
  name: 'job-frames',
  maxLength: 3000,
  seeds: () => [encoded([]), ...mapped().map((records) => encoded(records.slice(0, 12)))],
  run: (input) => {
    const outcome = new Outcome();
    const whole = digestOf(input, []);
    mustHold(whole === digestOf(input, cutsOf(input)), 'chunks change the records');
    outcome.saw(whole === undefined ? 'refused' : 'read');
    return outcome.value;
  },
};

/** What other machines send to the stages: each takes it for records, or refuses it with the one error for that. */
export const jobStages: FuzzTarget = {
  name: 'job-stages',
  maxLength: 20_000,
  seeds: () => [...mapped().map(encoded), ...syntheticCaptures(8).map(({ bytes }) => sentSection(bytes))], // prettier-ignore
  run: async (input) => {
    const outcome = new Outcome();
    const sections = await orRefused(() => collect((put) => mapSections(frameSections(readRecords('frames', [input])), put))); // prettier-ignore
    outcome.saw(sections === undefined ? 'no sections' : 'sections');
    for (const stage of [combineParts, reduceParts, askNeighbours, answerNeighbours, readOnly]) {
      const records = await orRefused(() => collect((put) => stage(sorted(readRecords('frames', [input])), put))); // prettier-ignore
      outcome.saw(`${stage.name} ${records === undefined ? 'refuses' : 'reads'}`);
      outcome.sawSize(stage.name, records?.length ?? 0);
    }
    return outcome.value;
  },
};

function readOnly(records: Iterable<JobRecord>, put: Put): void {
  readHosts(records, put, () => undefined);
}

async function collect(run: (put: Put) => unknown): Promise<JobRecord[]> {
  const records: JobRecord[] = [];
  await run((key, value) => void records.push({ key, value: new Uint8Array(value) }));
  return records;
}

async function orRefused<T>(run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

function sorted(records: Iterable<JobRecord>): JobRecord[] {
  const all: JobRecord[] = [];
  for (const { key, value } of records) all.push({ key, value: new Uint8Array(value) });
  return all.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
}

function digestOf(input: Uint8Array, cuts: readonly number[]): number | undefined {
  const digest = new Digest();
  const decoder = new FrameDecoder();
  try {
    eachChunk(input, cuts, 0xff, (chunk) => {
      decoder.push(chunk);
      for (let next = decoder.next(); next !== undefined; next = decoder.next()) {
        digest.text(next.key);
        digest.bytes(next.value, 0, next.value.length);
      }
    });
    decoder.end();
    return digest.value;
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

function encoded(records: readonly JobRecord[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  const encoder = new FrameEncoder((piece) => pieces.push(new Uint8Array(piece)));
  for (const { key, value } of records) encoder.put(key, value);
  encoder.end();
  return new Uint8Array(Buffer.concat(pieces));
}

/** A file as an engine sends it. */
function sentSection(bytes: Uint8Array): Uint8Array {
  const header = { path: 'a.pcap', start: 0, length: bytes.length, size: bytes.length };
  return encoded([
    { key: JSON.stringify(header), value: new Uint8Array(0) },
    { key: '', value: bytes },
    { key: '', value: new Uint8Array(0) },
  ]);
}

let kept: JobRecord[][] | undefined;

/** What a map gives of a few captures that are parts of recordings: profiles, open flows, counts, reports. */
function mapped(): JobRecord[][] {
  kept ??= syntheticCaptures(8)
    .slice(0, 8)
    .map(({ bytes }) => {
      const records: JobRecord[] = [];
      const size = bytes.length;
      const section: Section = { path: 'a.pcap', start: 0, length: size - 30, size, lead: 0, tail: 30, head: bytes, recording: 'a', continues: false, chunks: [bytes] }; // prettier-ignore
      const take: Put = (key, value) => {
        if (!key.startsWith('g') || key === 'g00') records.push({ key, value: new Uint8Array(value) }); // prettier-ignore
      };
      const hosts = new HostCombiner(take);
      const { part, lastUs } = readCaptureSection(section, bytes, hosts)!;
      const place = {
        startUs: captureStartUs(bytes),
        path: 'a.pcap',
        from: 0,
        isStart: true,
        lastUs,
      };
      putRecordingPart(take, 'a', place, part);
      hosts.end();
      putInputReport(take, { path: 'a.pcap', start: 0, bytes: size, records: 1 });
      return records;
    });
  return kept;
}
