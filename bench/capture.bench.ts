import { afterAll, bench, describe } from 'vitest';
import { CaptureDecoder } from '../src/capture/capture-decoder.ts';
import { PcapWriter } from '../src/capture/pcap-writer.ts';
import { readWithRival } from '../test/capture/rival.ts';
import { usualFrames } from '../test/capture/synthetic-frames.ts';

/** Ours decodes to IP and transport; pcap-parser 0.2.1 only cuts records. Same bytes, same chunks. */
const PACKETS = 200_000;
const CHUNK = 1 << 16; // what a file stream gives

const chunks = chunksOf(capture());

describe(`a capture of ${PACKETS} packets, in memory`, () => {
  const seconds = { ours: Infinity, theirs: Infinity };

  bench(
    'rapsheet CaptureDecoder',
    () => {
      const start = performance.now();
      let ports = 0;
      const decoder = new CaptureDecoder((packet) => (ports += packet.destinationPort));
      for (const chunk of chunks) decoder.push(chunk);
      decoder.end();
      if (decoder.packets !== PACKETS || ports === 0) throw new Error('miscounted');
      seconds.ours = Math.min(seconds.ours, (performance.now() - start) / 1000);
    },
    { iterations: 10, time: 0 },
  );

  bench(
    'pcap-parser',
    async () => {
      const start = performance.now();
      let records = 0;
      await readWithRival(chunks, () => records++);
      if (records !== PACKETS) throw new Error('miscounted');
      seconds.theirs = Math.min(seconds.theirs, (performance.now() - start) / 1000);
    },
    { iterations: 5, time: 0 },
  );

  afterAll(() => {
    const rate = (s: number): string => `${(PACKETS / s / 1e6).toFixed(2)} M packets/s`;
    const ratio = (seconds.theirs / seconds.ours).toFixed(1);
    console.log(`ours ${rate(seconds.ours)}, pcap-parser ${rate(seconds.theirs)}: ${ratio} ×`);
  });
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
