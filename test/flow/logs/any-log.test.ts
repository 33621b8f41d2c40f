import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readTraffic, type ReadSummary } from '../../../src/flow/read-traffic.ts';
import type { InputFormat } from '../../../src/flow/recognise-input.ts';
import { INPUT_FORMATS, recogniseInput } from '../../../src/flow/recognise-input.ts';
import { HostTable } from '../../../src/host/host-table.ts';
import { LOG_SAMPLES } from './log-samples.ts';
import { RecordingSink } from './recording-sink.ts';

const BINARY: readonly InputFormat[] = ['pcap', 'pcapng', 'netflow', 'netflow-pcap'];

async function read(
  format: InputFormat,
  bytes: Uint8Array,
  size = 1 << 16,
): Promise<RecordingSink & { summary: ReadSummary }> {
  // eslint-disable-next-line @typescript-eslint/require-await
  async function* chunks(): AsyncGenerator<Uint8Array> {
    const buffer = new Uint8Array(size);
    for (let at = 0; at < bytes.length; at += size) {
      const part = bytes.subarray(at, at + size);
      buffer.set(part); // one buffer for all chunks: what a reader keeps it must have copied
      yield buffer.subarray(0, part.length);
    }
  }
  const sink = new RecordingSink();
  const summary = await readTraffic(format, chunks(), sink);
  return Object.assign(sink, { summary });
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

test('there is a sample of every text format', () => {
  const formats = LOG_SAMPLES.map(([format]) => format);
  expect(formats.toSorted()).toEqual(INPUT_FORMATS.filter((f) => !BINARY.includes(f)).toSorted());
});

describe.each(LOG_SAMPLES)('%s', (format, text) => {
  test('is recognised by its content, and every line of the sample is read', async () => {
    expect(recogniseInput(utf8(text))).toBe(format);
    const { summary, flows, events } = await read(format, utf8(text));
    expect(summary.skips!.filter(({ ordinary }) => !ordinary)).toEqual([]);
    expect(flows.length + events.length).toBeGreaterThan(0);
    expect(summary.lines).toBe(text.split('\n').length - 1);
  });

  test('gives profiles what they can keep', async () => {
    const table = new HostTable();
    const { flows, events } = await read(format, utf8(text));
    for (const flow of flows) table.flow(flow);
    for (const event of events) table.event(event);
    expect([...table.skips]).toEqual([]);
    expect(table.size).toBeGreaterThan(0);
  });

  test('gives the same whatever the chunks', async () => {
    const whole = await read(format, utf8(text));
    for (const size of [1, 3, 64, 333]) expect(await read(format, utf8(text), size)).toEqual(whole);
  });

  test('is read on behind a wrong line, which is counted with its number', async () => {
    const good = await read(format, utf8(text));
    const damaged = `${text}\u0000broken\n`;
    const { summary, flows, events } = await read(format, utf8(damaged + text));
    const number = text.split('\n').length;
    const wrong = summary.skips!.find(({ firstLine }) => firstLine === number);
    const inSummary = format === 'nfdump-csv'; // whose last lines are free text
    expect(wrong !== undefined || inSummary).toBe(true);
    expect(flows.length).toBeGreaterThanOrEqual(good.flows.length);
    expect(events.length).toBeGreaterThanOrEqual(good.events.length);
  });

  test('never throws and ends, whatever is done to its bytes', async () => {
    const good = utf8(text);
    const edit = fc.record({ at: fc.nat(good.length - 1), drop: fc.nat(12), put: fc.uint8Array({ maxLength: 6 }) }); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 8 }), async (edits) => {
        let bytes = [...good];
        for (const { at, drop, put } of edits) bytes.splice(at, drop, ...put);
        bytes = bytes.slice(0, good.length + 64);
        const { flows, summary } = await read(format, Uint8Array.from(bytes), 50);
        expect(summary.bytes).toBe(bytes.length);
        for (const flow of flows) {
          expect(Number.isSafeInteger(flow.startUs) && flow.endUs >= flow.startUs).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('never throws and ends on bytes of any kind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const one = await read(format, bytes, 7);
        expect(await read(format, bytes)).toEqual(one);
      }),
      { numRuns: 100 },
    );
  });
});
