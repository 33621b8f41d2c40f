import { bench, describe } from 'vitest';
import { CaptureDecoder } from '../src/capture/capture-decoder.ts';
import { PcapWriter } from '../src/capture/pcap-writer.ts';
import {
  checkCounts,
  compareOnCaptures,
  renderResults,
  writeResults,
  type Result,
} from './capture-rivals.ts';
import { readWithRival } from '../test/capture/rival.ts';
import { usualFrames } from '../test/capture/synthetic-frames.ts';

/**
 * Ours decodes to IP and transport; pcap-parser 0.2.1 only cuts records. Same bytes, same chunks. The summary's
 * ratio is a lower bound: vitest reaches every import through an object, which costs ours half its speed.
 */
const PACKETS = 200_000;
const CHUNK = 1 << 16; // what a file stream gives

const chunks = chunksOf(capture());

describe(`a capture of ${PACKETS} packets, in memory`, () => {
  bench(
    'rapsheet CaptureDecoder',
    () => {
      let ports = 0;
      const decoder = new CaptureDecoder((packet) => (ports += packet.destinationPort));
      for (const chunk of chunks) decoder.push(chunk);
      decoder.end();
      if (decoder.packets !== PACKETS || ports === 0) throw new Error('miscounted');
    },
    { iterations: 10, time: 0 },
  );

  bench(
    'pcap-parser',
    async () => {
      let records = 0;
      await readWithRival(chunks, () => records++);
      if (records !== PACKETS) throw new Error('miscounted');
    },
    { iterations: 5, time: 0 },
  );
});

/**
 * Captures into flows against argus, nfpcapd, softflowd, nDPI, tshark and a C program (`capture-rivals.ts`), minutes
 * long: `BENCH_SCALE` (default 1) makes it shorter, `BENCH_CORE` (default 0) names the core, `BENCH_JSON` a file.
 */
describe('captures into flows', () => {
  let results: Result[] = [];
  bench(
    'all contenders, one after the other',
    () => {
      if (results.length > 0) return; // vitest runs it once more to warm up
      const scale = Number(process.env['BENCH_SCALE'] ?? 1);
      results = compareOnCaptures(scale, Number(process.env['BENCH_CORE'] ?? 0));
      console.log(renderResults(results));
      const { BENCH_JSON: path } = process.env;
      if (path !== undefined) writeResults(path, results);
      checkCounts(results);
    },
    { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 },
  );
});

function capture(): Uint8Array {
  const writer = new PcapWriter();
  const frames = usualFrames();
  const records = [writer.header()];
  for (let i = 0; i < PACKETS; i++) {
    records.push(writer.record(1_700_000_000_000_000 + i * 50, frames[i % frames.length]!));
  }
  return Buffer.concat(records);
}

function chunksOf(file: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < file.length; at += CHUNK) parts.push(file.subarray(at, at + CHUNK));
  return parts;
}
