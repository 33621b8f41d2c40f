import { describe, expect, test } from 'vitest';
import { readTraffic } from '../../../src/flow/read-traffic.ts';
import { recogniseInput } from '../../../src/flow/recognise-input.ts';
import { FEATURES, hostVector, plainValue } from '../../../src/host/feature-schema.ts';
import { HostTable } from '../../../src/host/host-table.ts';
import { Dice } from '../../fuzz/dice.ts';
import { DRAWN_LOGS, type Conversation } from './drawn-logs.ts';
import { chunksOf } from './recording-sink.ts';

const START_US = Date.UTC(2024, 4, 1, 8) * 1000;
const [SCANNER, GUESSER, PROBER] = ['198.51.100.66', '198.51.100.88', '198.51.100.77'];
const CLIENT = '203.0.113.20';

/** Ports of one host, most of them kept out; passwords at another; a neighbourhood where nobody answers; a reader. */
function everything(): Conversation[] {
  const dice = new Dice(5);
  const one = ([from, to, port]: readonly [string, string, number], atS: number, outcome: Conversation['outcome'], lasted = 0.1): Conversation => {
    const answered = outcome === 'answered';
    const [sentPackets, backPackets] = answered ? [10 + dice.below(9), 10 + dice.below(20)] : [outcome === 'unanswered' ? 3 : 1, 0];
    const startUs = START_US + Math.round(atS * 1e6);
    return { startUs, endUs: startUs + Math.round(lasted * 1e6), originator: from, originatorPort: 32_768 + dice.below(28_000), responder: to, responderPort: port, protocol: 6, outcome, sentPackets, sentBytes: sentPackets * 90, backPackets, backBytes: backPackets * 400 };
  };
  const scan = Array.from({ length: 300 }, (_, i) => one([SCANNER, '10.0.0.5', i + 1], i / 20, 'denied'));
  const guess = Array.from({ length: 200 }, (_, i) => one([GUESSER, '10.0.0.7', 22], i * 1.5, 'answered', 1 + dice.below(20) / 10));
  const probe = Array.from({ length: 120 }, (_, i) => one([PROBER, `10.0.1.${i + 1}`, 445], i / 10, 'unanswered', 30));
  const read = Array.from({ length: 80 }, (_, i) => one([CLIENT, `10.0.0.${8 + dice.below(3)}`, dice.pick([80, 443])], i * 17 + dice.below(10), 'answered', 2 + dice.below(30)));
  return [...scan, ...guess, ...probe, ...read];
} // prettier-ignore

const WHOLE = everything();

async function featuresOf(kind: keyof typeof DRAWN_LOGS) {
  const text = DRAWN_LOGS[kind](WHOLE);
  const format = recogniseInput(new TextEncoder().encode(text).subarray(0, 1 << 16))!;
  const table = new HostTable();
  const { skips } = await readTraffic(format, chunksOf(text, 1 << 16), table);
  const of = (host: string) => {
    const { vector } = hostVector(table, host)!;
    return (name: string): number => {
      const at = FEATURES.findIndex((feature) => feature.name === name);
      return plainValue(FEATURES[at]!, vector[at]!);
    };
  };
  return { of, skips };
}

/** Firewalls that log the first packet of what passed alone. */
const FIRST_PACKETS = ['netfilter', 'filterlog'];

describe.each(Object.keys(DRAWN_LOGS) as (keyof typeof DRAWN_LOGS)[])(
  'what a log shows: %s',
  (kind) => {
    test('every line is read', async () => {
      expect((await featuresOf(kind)).skips).toEqual([]);
    });

    test('a scan that a firewall keeps out reaches the features of scanning', async () => {
      const of = (await featuresOf(kind)).of(SCANNER);
      expect([of('unanswered_share'), of('succeeded_share'), of('established_share')]).toEqual([1, 0, 0]); // prettier-ignore
      // Estimates, within about 3 % of 300.
      for (const name of ['failed_ports_at_one_target', 'destination_ports']) {
        expect(Math.abs(of(name) / 300 - 1)).toBeLessThan(0.05);
      }
    });

    test('sessions at a login service reach those of guessing, as answered', async () => {
      const of = (await featuresOf(kind)).of(GUESSER);
      expect(of('login_attempts')).toBeCloseTo(200, 5);
      expect([of('login_success_share'), of('succeeded_share')]).toEqual([1, 1]);
      expect(of('login_session_duration')).toEqual(FIRST_PACKETS.includes(kind) ? 0 : expect.closeTo(2, 0)); // prettier-ignore
    });

    test('who gets no answer is told from who does, where the log knows', async () => {
      const { of } = await featuresOf(kind);
      const expected = FIRST_PACKETS.includes(kind) ? 0 : 1;
      expect(of(PROBER)('unanswered_share')).toBe(expected);
      expect(of(CLIENT)('unanswered_share')).toBe(0);
      expect(of(CLIENT)('failed_ports_at_one_target')).toBe(0);
    });

    test('what it cannot show is missing, not zero', async () => {
      const of = (await featuresOf(kind)).of(CLIENT);
      const never = ['sent_bytes_median', 'upload_share', 'dns_queries', 'http_requests', 'login_session_bytes', 'smb_admin_share_peers']; // prettier-ignore
      const known = FEATURES.map(({ name }) => name);
      for (const name of never.filter((one) => known.includes(one))) expect(of(name)).toBeNaN();
      const packets = ['sent_packets_median', 'sent_packet_size'].map(of);
      const hasPackets = kind.startsWith('azure') || kind === 'gcp';
      expect(packets.map(Number.isNaN)).toEqual([!hasPackets, !hasPackets]);
      expect(Number.isNaN(of('sf_share'))).toBe(kind !== 'cisco asa');
    });
  },
);
