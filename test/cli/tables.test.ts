import { readFileSync, existsSync, readdirSync, linkSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, describe, expect, test } from 'vitest';
import { parquetReadObjects } from 'hyparquet';
import { EVENT_KINDS } from '../../src/cli/event-columns.ts';
import { FLOW_COLUMNS } from '../../src/cli/flow-columns.ts';
import { recogniseInput } from '../../src/flow/recognise-input.ts';
import { temporaryFolder } from '../job/temporary-folder.ts';
import { rapsheet, startRapsheet } from './run-rapsheet.ts';

const folder = temporaryFolder();
const run = (...words: string[]) => rapsheet(words, { folder });

/** A run that is to succeed in silence. */
function output(...words: string[]): string {
  const { status, stdout, stderr } = run(...words);
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

/** A run that is to be refused in one line. */
function refusal(...words: string[]): string {
  const { status, stdout, stderr } = run(...words);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^rapsheet: [^\n]+\n$/);
  return stderr;
}

const rows = (csv: string) => csv.split('\r\n').slice(1, -1).map((row) => row.split(',')); // prettier-ignore
const lines = (ndjson: string) => ndjson.trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>); // prettier-ignore
const leftovers = () => readdirSync(folder).filter((name) => name.endsWith('.tmp'));

async function parquet(name: string): Promise<Record<string, unknown>[]> {
  const { buffer } = Uint8Array.from(readFileSync(join(folder, name)));
  return parquetReadObjects({ file: buffer });
}

beforeAll(() => {
  output('synth', 'sample', '-o', 'sample.pcap');
});

describe('flows', () => {
  test('as a conn.log of Zeek they are read back to the same flows', () => {
    const log = output('flows', 'sample.pcap', '--format', 'zeek');
    expect(recogniseInput(Buffer.from(log))).toBe('zeek-tsv');
    expect(log).toMatch(/\n#close\t[\d-]{19}\n$/);
    output('flows', 'sample.pcap', '--format', 'zeek', '-o', 'conn.log');
    expect(readFileSync(join(folder, 'conn.log'), 'utf8')).toBe(log);
    expect(output('flows', 'conn.log')).toBe(output('flows', 'sample.pcap'));
  });

  test('as Parquet they are the rows of the CSV, by the ending of FILE or when asked for', async () => {
    output('flows', 'sample.pcap', '-o', 'flows.parquet');
    const csv = rows(output('flows', 'sample.pcap'));
    const read = await parquet('flows.parquet');
    expect(read).toHaveLength(csv.length);
    const names = FLOW_COLUMNS.rapsheet.map(({ name }) => name);
    const plain = (cell: unknown) => `${(cell as string | bigint | boolean | null) ?? ''}`;
    for (const [i, row] of read.entries()) {
      // A Date has milliseconds: times are compared by DuckDB below.
      expect(names.slice(2).map((name) => plain(row[name]))).toEqual(csv[i]!.slice(2));
    }
    const { status } = run('flows', 'sample.pcap', '--format', 'parquet');
    expect(status).toBe(0);
  });

  test('DuckDB reads the Parquet: types, microseconds, sums', async () => {
    output('flows', 'sample.pcap', '-o', 'duck.parquet');
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    const query = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson();
    const file = `'${join(folder, 'duck.parquet')}'`;
    const types = new Map((await query(`describe from ${file}`)).map(([name, type]) => [name, type])); // prettier-ignore
    expect([...types.keys()]).toEqual(FLOW_COLUMNS.rapsheet.map(({ name }) => name));
    expect(types.get('startUs')).toBe('TIMESTAMP WITH TIME ZONE');
    expect([types.get('responderPort'), types.get('established'), types.get('history')]).toEqual([
      'BIGINT', 'BOOLEAN', 'VARCHAR',
    ]); // prettier-ignore
    const csv = rows(output('flows', 'sample.pcap'));
    const starts = await query(`select epoch_us(startUs), epoch_us(endUs) from ${file}`);
    expect(starts).toEqual(csv.map((row) => row.slice(0, 2)));
    const sum = csv.reduce((total, row) => total + Number(row[10]), 0);
    expect(await query(`select sum(originatorIpBytes), count(icmpError) from ${file}`)).toEqual([[String(sum), '0']]); // prettier-ignore
    connection.closeSync();
  });

  test('chosen columns come in the order they were asked for', () => {
    const csv = output('flows', 'sample.pcap', '--columns', 'responder,uid,communityId');
    expect(csv.split('\r\n')[0]).toBe('responder,uid,communityId');
    expect(rows(csv)[0]![2]).toMatch(/^1:[A-Za-z0-9+/]{27}=$/);
  });

  test('the help names every column', () => {
    const help = output('flows', '--help');
    for (const { name } of Object.values(FLOW_COLUMNS).flat()) expect(help).toContain(name);
  });

  test('mistyped words are answered with the nearest right ones', () => {
    expect(refusal('flows', 'sample.pcap', '--columns', 'startUs,histroy')).toContain('histroy (did you mean history?)'); // prettier-ignore
    expect(refusal('flows', 'sample.pcap', '--format', 'parkuet')).toContain('(did you mean parquet?)'); // prettier-ignore
    expect(refusal('flows', 'sample.pcap', '--fromat', 'csv')).toContain('(did you mean --format?)'); // prettier-ignore
    expect(refusal('flow', 'sample.pcap')).toContain('unknown command flow (did you mean flows?)');
    expect(refusal('flows', 'sample.pcap', '--format', 'zeek', '--columns', 'startUs')).toContain('columns of Zeek alone, not startUs'); // prettier-ignore
  });
});

describe('events', () => {
  test('all kinds are listed as NDJSON; a kind or its family picks', () => {
    const all = lines(output('events', 'sample.pcap'));
    const kinds = new Set(all.map((event) => event['kind'] as string));
    expect(kinds).toContain('dns-query');
    for (const kind of kinds) expect(EVENT_KINDS).toContain(kind);
    const dns = lines(output('events', 'sample.pcap', '--kind', 'dns'));
    expect(dns).toEqual(all.filter((event) => (event['kind'] as string).startsWith('dns-')));
    expect(dns[0]).toMatchObject({ kind: 'dns-query', name: expect.any(String) as string });
  });

  test('every event belongs to a flow of the same Community ID', () => {
    const flows = new Set(output('flows', 'sample.pcap', '--columns', 'communityId').split('\r\n'));
    for (const { communityId } of lines(output('events', 'sample.pcap')))
      expect(flows).toContain(communityId);
  });

  test('as CSV and Parquet several kinds are one table', async () => {
    const words = ['events', 'sample.pcap', '--kind', 'dns-query,login'];
    const csv = output(...words, '--format', 'csv');
    expect(csv.split('\r\n')[0]).toBe(
      'timeUs,kind,originator,originatorPort,responder,responderPort,protocol,communityId,name,queryType,service,outcome,userName,atHoneypot',
    ); // prettier-ignore
    output(...words, '-o', 'events.parquet');
    const read = await parquet('events.parquet');
    expect(read.map((row) => row['kind'])).toEqual(rows(csv).map((row) => row[1]));
    expect(read.length).toBeGreaterThan(0);
  });

  test('an unknown kind is answered with those there are', () => {
    expect(refusal('events', 'sample.pcap', '--kind', 'dns,tsl')).toMatch(/expected one of dns, http, .*got tsl \(did you mean tls\?\)/); // prettier-ignore
  });
});

describe('slice', () => {
  const flowsOf = (name: string) => rows(output('flows', name));

  test('the packets of a host are its flows again, in a pcap', () => {
    const all = flowsOf('sample.pcap');
    const host = all[0]![2]!;
    output('slice', 'sample.pcap', '--host', host, '-o', 'host.pcap');
    const own = all.filter((row) => row[2] === host || row[4] === host);
    expect(flowsOf('host.pcap')).toEqual(own);
    expect(own.length).toBeLessThan(all.length);
  });

  test('the packets of a flow are that flow again, from standard input and as pcapng too', () => {
    const all = flowsOf('sample.pcap');
    const flow = all.find((row) => row[6] === '6' && row[14] === 'SF')!;
    const same = all.filter((row) => row[17] === flow[17]);
    output('slice', 'sample.pcap', '--flow', flow[17]!, '-o', 'flow.pcapng');
    expect(readFileSync(join(folder, 'flow.pcapng')).readUInt32BE()).toBe(0x0a0d0d0a);
    expect(flowsOf('flow.pcapng')).toEqual(same);
    const input = readFileSync(join(folder, 'sample.pcap'));
    const words = ['slice', '-', '--flow', flow[17]!, '-o', 'piped.pcap'];
    expect(rapsheet(words, { folder, input }).status).toBe(0);
    expect(flowsOf('piped.pcap')).toEqual(same);
  });

  test('slices of adjoining times are the whole', () => {
    const packets = (name: string) =>
      flowsOf(name).reduce((sum, row) => sum + Number(row[8]) + Number(row[9]), 0);
    const starts = flowsOf('sample.pcap').map((row) => Number(row[0]));
    const middle = String(starts.toSorted((a, b) => a - b)[Math.floor(starts.length / 2)]! / 1e6);
    output('slice', 'sample.pcap', '--to', middle, '-o', 'before.pcap');
    output('slice', 'sample.pcap', '--from', middle, '-o', 'after.pcap');
    expect(packets('before.pcap')).toBeGreaterThan(0);
    expect(packets('before.pcap') + packets('after.pcap')).toBe(packets('sample.pcap'));
  });

  test('what cannot be sliced is refused with the reason, and nothing is written', () => {
    const host = ['--host', '10.0.0.1', '-o', 'none.pcap'];
    output('flows', 'sample.pcap', '--format', 'zeek', '-o', 'zeek.log');
    expect(refusal('slice', 'zeek.log', ...host)).toContain('zeek.log: a log (zeek-tsv), which has no packets in it: name the pcap'); // prettier-ignore
    expect(refusal('slice', 'sample.pcap')).toContain('which packets? Give --host');
    expect(refusal('slice', 'sample.pcap', '--host', '203.0.113.250', '-o', 'none.pcap')).toMatch(/none of [\d,]+ packets is what was asked for/); // prettier-ignore
    expect(refusal('slice', 'sample.pcap', '--host', 'example.org')).toContain('expected an address or a network'); // prettier-ignore
    expect(refusal('slice', 'sample.pcap', '--flow', 'x')).toContain('expected a Community ID');
    expect(refusal('slice', 'sample.pcap', '--from', 'noon')).toContain('--from: expected a time');
    expect(refusal('slice', 'sample.pcap', '--from', '2024-01-02', '--to', '2024-01-01')).toContain('later than --from'); // prettier-ignore
    expect(refusal('slice', 'sample.pcap', '--port', '70000')).toContain('from 0 to 65535');
    expect(refusal('slice', 'missing.pcap', ...host)).toContain('no such file');
    expect([existsSync(join(folder, 'none.pcap')), leftovers()]).toEqual([false, []]);
  });
});

describe('a signal while files are read', () => {
  // The same file under many names: reading takes seconds and never waits for anything.
  const copies = Array.from({ length: 150 }, (_, i) => `copy-${i}.pcap`);

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s ends the run at once and leaves no file', async (signal) => {
    for (const name of copies) if (!existsSync(join(folder, name))) linkSync(join(folder, 'sample.pcap'), join(folder, name)); // prettier-ignore
    const child = startRapsheet(['flows', ...copies, '-o', 'stopped.csv'], folder);
    for (let i = 0; i < 500 && leftovers().length === 0; i++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(leftovers()).toHaveLength(1);
    child.kill(signal);
    const ended = await new Promise((resolve) => child.on('close', (_, name) => resolve(name)));
    expect(ended).toBe(signal);
    expect([existsSync(join(folder, 'stopped.csv')), leftovers()]).toEqual([false, []]);
  }); // prettier-ignore
});
