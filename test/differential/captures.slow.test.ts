import { mkdirSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { compareCapture, type Comparison } from './compare-capture.ts';
import { explanationOf } from './explained.ts';
import { renderTable } from './render-table.ts';
import { captureNames, isInstalled } from './witness.ts';

/** Every so many captures; `DIFFERENTIAL=all` takes all of them and writes the whole table. */
const EVERY = 24;
/** Those that had a disagreement worth keeping an eye on: fragments, tunnels, names, retransmissions, snap lengths. */
const ALWAYS =
  /ip_frag_source|ipv6_fragments|dns_fragmented|teredo\.pcap|vxlan\.pcap|tcp_dupack|iodine\.pcap|blink-cam-01|latency1|ssh\.pcap|soap\.pcap|tesla\.pcap|sflow\.pcap/;
const TABLE = '.rapsheet-cache/differential.md';

const takesAll = process.env['DIFFERENTIAL'] === 'all';
const names = captureNames().filter((name, i) => takesAll || i % EVERY === 0 || ALWAYS.test(name));
const missing = ['tshark', 'capinfos'].filter((program) => !isInstalled(program));
const isPossible = names.length > 0 && missing.length === 0;
if (!isPossible) {
  const why =
    missing.length > 0 ? `no ${missing.join(' and ')}` : 'no captures; RAPSHEET_DATA says where';
  console.warn(`SKIPPED: nothing is compared with tshark and capinfos: ${why}`);
}

describe.skipIf(!isPossible)('captures, as tshark and capinfos see them', () => {
  let comparisons: Comparison[] = [];
  const all = () => comparisons.flatMap(({ disagreements }) => disagreements);

  beforeAll(() => {
    comparisons = names.map(compareCapture);
    if (!takesAll) return;
    mkdirSync('.rapsheet-cache', { recursive: true });
    writeFileSync(TABLE, renderTable(comparisons));
    console.log(`${TABLE} has the whole table`);
  }, 3_600_000);

  test('hold something to compare', () => {
    expect(comparisons.reduce((sum, { conversations }) => sum + conversations, 0)).toBeGreaterThan(100);
    expect(comparisons.reduce((sum, { sayings }) => sum + sayings, 0)).toBeGreaterThan(50);
  });

  test('have the frames that capinfos counts', () => {
    expect(all().filter(({ about }) => about.startsWith('frames'))).toEqual([]);
  });

  test('have the conversations, packets, bytes and times that tshark shows, but for what is explained', () => {
    const isOfPackets = /^(conversation|packets|ipBytes|firstUs|lastUs|payloadBytes)/;
    const left = all().filter(({ about }) => isOfPackets.test(about));
    expect(left.filter((one) => explanationOf(one) === undefined)).toEqual([]);
  });

  test('have the names, hosts, agents and banners that tshark shows, but for what is explained', () => {
    const left = all().filter(({ about }) => about.includes(' only in ') && !about.startsWith('conv'));
    expect(left.filter((one) => explanationOf(one) === undefined)).toEqual([]);
  });

  test('agree wholly in most files', () => {
    const whole = comparisons.filter(({ disagreements }) => disagreements.length === 0);
    expect(whole.length / comparisons.length).toBeGreaterThan(0.6);
  });
}); // prettier-ignore
