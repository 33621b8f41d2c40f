import { describe, expect, test } from 'vitest';
import { PcapWriter } from '../../src/capture/pcap-writer.ts';
import { ethernet, ipv4, tcp } from '../capture/frame-builder.ts';
import { connLog, put, temporaryFolder } from '../job/temporary-folder.ts';
import { rapsheet } from './run-rapsheet.ts';

const folder = temporaryFolder();
const hosts = Array.from({ length: 10 }, (_, i) => `10.0.0.${i + 1}`);
const good = connLog(hosts);
const garbage = (lines: number) => 'garbage\n'.repeat(lines);

put(folder, 'half.log', good + garbage(3) + `${'x'.repeat(1 << 21)}\n`);
put(folder, 'bad.log', good + garbage(11));
put(folder, 'folder/bad.log', good + garbage(11));
put(folder, 'unused.log', good.replace('#path\tconn', '#path\tweird'));
put(
  folder,
  'dns/dns.log',
  [
    '#separator \\x09',
    '#path\tdns',
    '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tquery',
    '1700000000.5\tC1\t10.0.0.1\t40000\t192.0.2.1\t53\tudp\texample.com\n',
  ].join('\n'),
);
put(folder, 'set/day.pcap', capture(0, 5));
put(folder, 'set/day.pcap1', capture(5, 9));
put(folder, 'quiet.pcap', new PcapWriter().header());

function capture(from: number, to: number): Uint8Array {
  const writer = new PcapWriter();
  const records = [writer.header()];
  for (let second = from; second < to; second++) {
    const frame = ethernet(0x0800, ipv4({}, tcp({ flags: second === 0 ? 2 : 16 })));
    records.push(writer.record((1_700_000_000 + second) * 1e6, frame));
  }
  return Buffer.concat(records);
}

/** Exit status, rows behind the heading, and what was said. */
function run(...words: string[]) {
  const { status, stdout, stderr } = rapsheet(words, { folder });
  return { status, rows: Math.max(0, stdout.split('\r\n').length - 2), stderr };
}

describe('what the user is told beside the result', () => {
  test('which lines of a log were not read, and where the first stands', () => {
    expect(run('flows', 'half.log')).toEqual({
      status: 0,
      rows: 10,
      stderr:
        'rapsheet: half.log: 4 lines of 20 not read: 3 malformed (first at line 17), 1 longer than 1 MiB (line 20)\n',
    });
    expect(run('hosts', 'half.log').stderr).toContain('3 malformed (first at line 17)');
  });

  test('a named log is refused if most of it is wrong, and nothing is written', () => {
    const { status, stderr } = run('flows', 'bad.log', '-o', 'out.csv');
    expect(stderr).toMatch(
      /^rapsheet: bad\.log: most of it is not what a line of zeek-tsv is, 11 lines of 27 not read: malformed \(first at line 17\): [^\n]+\n$/,
    );
    expect(status).toBe(2);
    expect(run('hosts', 'half.log', 'bad.log').status).toBe(2);
  });

  test('in a folder the rest of it is read', () => {
    const { status, rows, stderr } = run('flows', 'folder');
    expect([status, rows]).toEqual([0, 10]);
    expect(stderr).toBe(
      'rapsheet: folder/bad.log: 11 lines of 27 not read: malformed (first at line 17), which is most of it: is it zeek-tsv?\n',
    );
  });

  test('a log or a capture that holds nothing of use', () => {
    expect(run('hosts', 'unused.log')).toMatchObject({
      status: 0,
      stderr: 'rapsheet: unused.log: nothing of use in its 16 lines\n',
    });
    expect(run('flows', 'quiet.pcap', 'unused.log').stderr).toBe(
      'rapsheet: quiet.pcap: no IP packet in it nor in 1 other file\n',
    );
  });

  test('messages without flows make no host', () => {
    expect(run('events', 'dns').stderr).toBe('');
    expect(run('hosts', 'dns').stderr).toMatch(/^rapsheet: no host to show: .*conn\.log\)\n$/);
  });

  test('which files were read as one capture, and how to have them apart', () => {
    const { rows, stderr } = run('flows', 'set');
    expect(rows).toBe(1);
    expect(stderr).toBe(
      'rapsheet: read 2 rotated files as one capture: set/day.pcap … set/day.pcap1 (--no-rotated: each by itself)\n',
    );
    expect(run('flows', 'set', '--no-rotated')).toEqual({ status: 0, rows: 2, stderr: '' });
  });
});

describe('--map', () => {
  put(
    folder,
    'table.csv',
    'a=b,from,to,service port,what,packets\n1,10.0.0.1,10.0.0.2,80,tcp,5\n2,10.0.0.1,10.0.0.3,80,tcp,6\n',
  );
  const NEEDED = 'from=originator,to=responder,what=protocol';

  test('reads a table by what its columns are said to be', () => {
    const map = `${NEEDED},service port=responderPort,packets=originatorPackets,a=b=start`;
    const columns = 'originator,responder,responderPort,originatorPackets,startUs';
    const words = ['flows', 'table.csv', '--map', map, '--columns', columns];
    const { status, stdout, stderr } = rapsheet(words, { folder });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.split('\r\n').slice(1, -1)).toEqual([
      '10.0.0.1,10.0.0.2,80,5,1000000',
      '10.0.0.1,10.0.0.3,80,6,2000000',
    ]);
  });

  test.each([
    ['from=originater', 'got originater (did you mean originator?)'],
    ['from', 'expected COLUMN=FIELD with commas between them, got from'],
    ['=originator', 'expected COLUMN=FIELD'],
    ['from=originator,from=responder', 'column from is there twice'],
    ['from=originator,to=responder', 'no column is the protocol, add COLUMN=protocol'],
    [`${NEEDED},when=start`, 'table.csv: no column when: its columns are a=b from to service port'],
  ])('%s: %s', (map, message) => {
    const { status, stderr } = run('hosts', 'table.csv', '--map', map);
    expect(stderr).toMatch(/^rapsheet: [^\n]+\n$/);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });

  test('a table is no other format, and a folder’s other files are left out', () => {
    expect(run('flows', 'table.csv', '--map', NEEDED, '--input-format', 'pcap').stderr).toContain(
      'what is asked for is flow-csv, not pcap: leave it out',
    );
    put(folder, 'tables/table.csv', 'from,to,what\n10.0.0.1,10.0.0.2,udp\n');
    put(folder, 'tables/other.csv', 'from,whereto,what\n10.0.0.1,10.0.0.2,udp\n');
    const { rows, stderr } = run('flows', 'tables', '--map', NEEDED);
    expect(rows).toBe(1);
    expect(stderr).toContain('left out 1 file');
    expect(stderr).toContain('tables/other.csv (no column to)');
    expect(run('flows', 'table.csv').stderr).toContain('(table?): say which of its columns');
  });
});
