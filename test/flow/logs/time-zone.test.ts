import { describe, expect, test } from 'vitest';
import { timeZone } from '../../../src/flow/logs/time-zone.ts';
import { readTraffic } from '../../../src/flow/read-traffic.ts';
import { LOG_SAMPLES } from './log-samples.ts';
import { chunksOf, RecordingSink } from './recording-sink.ts';

const us = (iso: string): number => Date.parse(iso) * 1000;
const iso = (timeUs: number): string => new Date(timeUs / 1000).toISOString();
const prague = timeZone('Europe/Prague');

describe('a time zone', () => {
  test.each([
    ['in winter', '2024-01-15T12:00:00Z', '2024-01-15T11:00:00.000Z'],
    ['in summer', '2024-07-15T12:00:00Z', '2024-07-15T10:00:00.000Z'],
    [
      'the last minute before clocks go forward',
      '2024-03-31T01:59:00Z',
      '2024-03-31T00:59:00.000Z',
    ],
    ['the first after it', '2024-03-31T03:00:00Z', '2024-03-31T01:00:00.000Z'],
    ['a time that was skipped', '2024-03-31T02:30:00Z', '2024-03-31T01:30:00.000Z'],
    ['a time that came twice: the first', '2024-10-27T02:30:00Z', '2024-10-27T00:30:00.000Z'],
    ['after clocks went back', '2024-10-27T03:00:00Z', '2024-10-27T02:00:00.000Z'],
  ])('of Prague, %s', (_, local, utc) => {
    expect(iso(prague(us(local)))).toBe(utc);
  });

  test('may be an offset, or have one of half an hour, or none', () => {
    const noon = us('2024-01-15T12:00:00Z');
    expect(iso(timeZone('+05:30')(noon))).toBe('2024-01-15T06:30:00.000Z');
    expect(iso(timeZone('-0300')(noon))).toBe('2024-01-15T15:00:00.000Z');
    expect(iso(timeZone('Asia/Kolkata')(noon))).toBe('2024-01-15T06:30:00.000Z');
    expect(timeZone('UTC')(noon)).toBe(noon);
    expect(prague(Number.NaN)).toBeNaN();
  });

  test('that does not exist is refused', () => {
    expect(() => timeZone('Europe/Entenhausen')).toThrow('timezone: expected a zone such as Europe/Prague or +02:00, got Europe/Entenhausen'); // prettier-ignore
  });

  test.each(['argus-csv', 'cicflowmeter-csv', 'nfdump-csv', 'syslog', 'dns-query-log'] as const)(
    'moves the times of %s that say none, and no others',
    async (format) => {
      const text = LOG_SAMPLES.find(([name]) => name === format)![1];
      const read = async (options: { timezone?: string }): Promise<number[]> => {
        const sink = new RecordingSink();
        await readTraffic(format, chunksOf(text), sink, options);
        return [...sink.flows.map(({ startUs }) => startUs), ...sink.events.map(({ timeUs }) => timeUs)]; // prettier-ignore
      };
      const moved = (await read({ timezone: '+01:00' })).map((time, i, all) => [
        time,
        all.length,
        i,
      ]);
      const still = await read({});
      const shifts = new Set(still.map((time, i) => (time - moved[i]![0]!) / 3_600_000_000));
      // passivedns and Unbound write epoch seconds, tshark a zone: of the DNS logs only BIND's line moves.
      expect([...shifts].sort()).toEqual(format === 'dns-query-log' ? [0, 1] : [1]);
    },
  );

  test('leaves a log alone whose lines say their zone or count from the epoch', async () => {
    for (const format of ['zeek-tsv', 'suricata-json', 'web-log', 'vpc-flow-log'] as const) {
      const text = LOG_SAMPLES.find(([name]) => name === format)![1];
      const sinks = [new RecordingSink(), new RecordingSink()];
      await readTraffic(format, chunksOf(text), sinks[0]!);
      await readTraffic(format, chunksOf(text), sinks[1]!, { timezone: '+01:00' });
      expect(sinks[1]!.flows).toEqual(sinks[0]!.flows);
    }
  });
});
