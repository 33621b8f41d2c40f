import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CaptureDecoder } from '../../src/capture/capture-decoder.ts';
import type { Packet } from '../../src/capture/packet.ts';
import { stitchParts, type FlowPart } from '../../src/flow/flow-part.ts';
import { FlowTable } from '../../src/flow/flow-table.ts';
import { MessageReader } from '../../src/flow/messages/message-reader.ts';
import { readCapture, readCapturePart } from '../../src/flow/read-capture.ts';
import { Collector, flowLines } from './make-packet.ts';
import * as bytes from './messages/message-bytes.ts';

/** A little-endian, microsecond pcap of raw IPv4 (link type 101) with one UDP datagram a record. */
function pcapOf(
  records: readonly { at: number; payload: Uint8Array; back?: boolean }[],
): Uint8Array {
  const out: Buffer[] = [];
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65535, 16);
  header.writeUInt32LE(101, 20);
  out.push(header);
  for (const { at, payload, back = false } of records) {
    const length = 28 + payload.length;
    const record = Buffer.alloc(16 + length);
    record.writeUInt32LE(1_700_000_000 + at, 0);
    record.writeUInt32LE(length, 8);
    record.writeUInt32LE(length, 12);
    record[16] = 0x45;
    record.writeUInt16BE(length, 18);
    record[24] = 64;
    record[25] = 17;
    record.set(back ? [10, 0, 0, 2, 10, 0, 0, 1] : [10, 0, 0, 1, 10, 0, 0, 2], 28);
    record.writeUInt16BE(back ? 53 : 40000, 36);
    record.writeUInt16BE(back ? 40000 : 53, 38);
    record.writeUInt16BE(8 + payload.length, 40);
    record.set(payload, 44);
    out.push(record);
  }
  return Buffer.concat(out);
}

async function* chunksOf(file: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.length; at += size)
    yield await Promise.resolve(file.subarray(at, at + size));
}

const lookUps = [
  { at: 0, payload: bytes.dnsQuery('a.example') },
  { at: 1, payload: bytes.dnsResponse('a.example', 1, 3), back: true },
  { at: 30, payload: bytes.dnsQuery('b.example') },
];

describe('readCapture', () => {
  test('says what it can show, gives flows and events, and what it read', async () => {
    const sink = new Collector();
    const file = pcapOf(lookUps);
    const progress: number[] = [];
    const summary = await readCapture(chunksOf(file, 50), sink, {
      onProgress: (read) => progress.push(read),
    });
    expect(sink.shown).toMatchObject({ packets: true, connState: true, dns: true });
    expect(sink.events.map((event) => event.kind)).toEqual([
      'dns-query',
      'dns-response',
      'dns-query',
    ]);
    expect(sink.flows).toMatchObject([
      {
        originator: '10.0.0.1',
        responderPort: 53,
        service: 'dns',
        originatorPackets: 2,
        connState: 'SF',
      },
    ]);
    expect(summary).toMatchObject({
      packets: 3,
      frames: 3,
      bytes: file.length,
      stopped: undefined,
    });
    expect(progress.at(-1)).toBe(file.length);
  });

  test('counts what is no capture instead of throwing', async () => {
    const sink = new Collector();
    const summary = await readCapture(
      chunksOf(Buffer.from('ÿØÿà this is a picture, no capture'), 7),
      sink,
    );
    expect(summary).toMatchObject({ packets: 0, stopped: 'notACapture' });
    expect([...sink.reasons.keys()]).toEqual(['notACapture']);
  });

  test('reads rotated files as parts whose flows are those of one file', async () => {
    const whole = new Collector();
    await readCapture(chunksOf(pcapOf(lookUps), 64), whole);
    const sink = new Collector();
    const parts: FlowPart[] = [];
    for (const record of lookUps) {
      const { part } = await readCapturePart(chunksOf(pcapOf([record]), 64), sink);
      parts.push(part);
    }
    expect(sink.flows).toEqual([]);
    stitchParts(parts, sink);
    expect(flowLines(sink.flows)).toEqual(flowLines(whole.flows));
  });
});

const dataFolder = process.env['RAPSHEET_DATA'] ?? '../shared/data';
const hasData = existsSync(dataFolder);
if (!hasData)
  console.warn(`SKIPPED: the merge law on real captures needs ${dataFolder} (RAPSHEET_DATA)`);

describe.skipIf(!hasData)('real captures', () => {
  test('cut at random places give the flows of the whole', { timeout: 300_000 }, () => {
    const files = captures(dataFolder).filter((_, index) => index % 9 === 0);
    expect(files.length).toBeGreaterThan(20);
    const random = xorshift(20231124);
    let severed = 0;
    for (const file of files) {
      const packets = packetsOf(file);
      if (packets.length < 2) continue;
      const whole = flowsOf(packets, []);
      for (const count of [1, 2, 12]) {
        const cuts = Array.from({ length: count }, () => random() % packets.length);
        const parts = flowsOf(packets, cuts);
        expect(parts.lines, `${file} cut at ${cuts.join(' ')}`).toEqual(whole.lines);
        severed += parts.edges;
      }
    }
    expect(severed).toBeGreaterThan(1000);
  });
});

function captures(folder: string): string[] {
  const found: string[] = [];
  for (const name of readdirSync(folder, { recursive: true }) as string[]) {
    const path = join(folder, name);
    if (/\.(pcap|pcapng|cap)$/.test(name) && statSync(path).size < 2e6) found.push(path);
  }
  return found.sort();
}

function packetsOf(file: string): Packet[] {
  const packets: Packet[] = [];
  const decoder = new CaptureDecoder((packet) => {
    const start = packet.payloadOffset;
    packets.push({
      ...packet,
      source: packet.source.slice(),
      destination: packet.destination.slice(),
      data: packet.data.slice(start, start + packet.payloadCaptured),
      payloadOffset: 0,
    });
  });
  decoder.push(readFileSync(file));
  decoder.end();
  return packets;
}

function flowsOf(
  packets: readonly Packet[],
  cuts: readonly number[],
): { lines: string[]; edges: number } {
  const sink = new Collector();
  const messages = new MessageReader(); // handed from part to part
  if (cuts.length === 0) {
    const table = new FlowTable(sink);
    for (const packet of packets) table.observe(packet, messages.read(packet, sink));
    table.flush();
    return { lines: flowLines(sink.flows), edges: 0 };
  }
  const places = [0, ...[...cuts].sort((a, b) => a - b), packets.length];
  const parts: FlowPart[] = [];
  for (let i = 1; i < places.length; i++) {
    const table = new FlowTable(sink, { part: true });
    for (const packet of packets.slice(places[i - 1], places[i])) {
      table.observe(packet, messages.read(packet, sink));
    }
    parts.push(table.finishPart());
  }
  stitchParts(parts, sink);
  return {
    lines: flowLines(sink.flows),
    edges: parts.reduce((n, part) => n + part.edges.length, 0),
  };
}

/** Marsaglia's xorshift32: the same places every time. */
function xorshift(seed: number): () => number {
  let x = seed;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
}
