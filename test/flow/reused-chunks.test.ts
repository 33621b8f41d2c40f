import { expect, test } from 'vitest';
import { PcapWriter } from '../../src/capture/pcap-writer.ts';
import { readCapture } from '../../src/flow/read-capture.ts';
import { bytes, ethernet, ipv4, tcp } from '../capture/frame-builder.ts';
import { Collector } from './make-packet.ts';

/** Requests that each come in two segments. */
function requests(count: number): Uint8Array {
  const writer = new PcapWriter();
  const records = Array.from({ length: count }, (_, i) => {
    const begin = new TextEncoder().encode(`GET /page${i} HTTP/1.1\r\nHost: exam`);
    const rest = new TextEncoder().encode('ple.org\r\nUser-Agent: test\r\n\r\n');
    const ports = { sourcePort: 1024 + i, destinationPort: 80, flags: 0x18 };
    return [
      { ...ports, sequence: 1, payload: begin },
      { ...ports, sequence: 1 + begin.length, payload: rest },
    ].map(({ payload, ...header }, n) =>
      writer.record(1.7e15 + i * 2000 + n, ethernet(0x0800, ipv4({}, tcp(header, payload)))),
    );
  });
  return bytes(writer.header(), ...records.flat());
}

const file = requests(500);

/** As a file is read: every chunk in the same memory, which is a Buffer, whose `slice` is no copy. */
async function* inOneBuffer(chunkBytes: number): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(chunkBytes);
  for (let at = 0; at < file.length; at += chunkBytes) {
    const length = Math.min(chunkBytes, file.length - at);
    buffer.fill(0xff);
    buffer.set(file.subarray(at, at + length));
    yield buffer.subarray(0, length);
    await Promise.resolve();
  }
}

test('messages that span chunks are whole though all chunks come in the same buffer', async () => {
  const whole = new Collector();
  await readCapture(inOneBuffer(file.length), whole);
  expect(whole.events.filter(({ kind }) => kind === 'http-request')).toHaveLength(500);
  for (const chunkBytes of [100, 1000, 1 << 14]) {
    const chunked = new Collector();
    await readCapture(inOneBuffer(chunkBytes), chunked);
    expect(chunked.events).toEqual(whole.events);
    expect(chunked.reasons).toEqual(whole.reasons);
  }
});
