import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, bench, describe } from 'vitest';
import { readTraffic } from '../src/flow/read-traffic.ts';
import { HostTable } from '../src/host/host-table.ts';
import { CONN_LOG_FIELDS, connLogChunks } from '../test/flow/logs/generated-conn-log.ts';

/** Enough that what is measured is the code once it is compiled. */
const LINES = Number(process.env['BENCH_LINES'] ?? 400_000);
const folder = mkdtempSync(join(tmpdir(), 'rapsheet-bench-'));
const best = new Map<string, number>();

/** The same conn.log of an office of 2,000 clients, in both of Zeek's forms. */
for (const format of ['zeek-tsv', 'zeek-json'] as const) {
  const file = openSync(join(folder, format), 'w');
  for await (const chunk of connLogChunks(format, LINES)) writeSync(file, chunk);
  closeSync(file);
}

afterAll(() => {
  for (const [name, seconds] of best) {
    const rival = best.get(name.startsWith('zeek-tsv') ? 'zeek-tsv DuckDB' : 'zeek-json DuckDB')!;
    const rate = Math.round(LINES / seconds).toLocaleString('en');
    console.log(
      `${name}: ${rate} lines per second of one core, ${(rival / seconds).toFixed(2)} × DuckDB`,
    );
  }
  rmSync(folder, { recursive: true });
});

describe.each(['zeek-tsv', 'zeek-json'] as const)(`conn.log as %s, ${LINES} lines`, (format) => {
  const path = join(folder, format);
  const options = { iterations: 4, warmupIterations: 1, time: 0, warmupTime: 0 };

  bench('lines → flows', () => timed(`${format} flows`, () => toFlows(format, path)), options);
  bench('lines → host profiles', () => timed(`${format} hosts`, () => toHosts(format, path)), options); // prettier-ignore
  bench('DuckDB, one thread, lines → sums by host', () => timed(`${format} DuckDB`, () => byDuckDb(format, path)), options); // prettier-ignore
});

/** By processor time, all threads of this process together: who else runs on the machine does not count. */
async function timed(name: string, run: () => Promise<void>): Promise<void> {
  const from = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(from);
  best.set(name, Math.min(best.get(name) ?? Infinity, (user + system) / 1e6));
}

async function toFlows(format: 'zeek-tsv' | 'zeek-json', path: string): Promise<void> {
  let flows = 0;
  const ignore = (): undefined => undefined;
  const sink = { flow: () => flows++, event: ignore, visibility: ignore, skipped: ignore };
  await readTraffic(format, chunksOf(path), sink);
  if (flows !== LINES) throw new Error(`${flows} flows of ${LINES}`);
}

async function toHosts(format: 'zeek-tsv' | 'zeek-json', path: string): Promise<void> {
  const table = new HostTable();
  await readTraffic(format, chunksOf(path), table);
  if (table.size < 2000) throw new Error(`${table.size} hosts`);
}

/** What a careful user would write for the same question, of far less about each host. */
async function byDuckDb(format: 'zeek-tsv' | 'zeek-json', path: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const names = CONN_LOG_FIELDS.map((name) => `'${name}'`).join(', ');
  const rows =
    format === 'zeek-tsv'
      ? `read_csv('${path}', delim='\t', comment='#', header=false, quote='', escape='', nullstr=['-'], names=[${names}])`
      : `read_json('${path}', format='newline_delimited')`;
  const result = await connection.runAndReadAll(
    `select "id.orig_h", count(*), sum(orig_ip_bytes), sum(resp_ip_bytes), sum(orig_pkts), sum(resp_pkts),
       count(distinct "id.resp_h"), count(distinct "id.resp_p"), min(ts), max(ts) from ${rows} group by all`,
  );
  if (result.currentRowCount < 2000) throw new Error(`${result.currentRowCount} hosts`);
  connection.closeSync();
  instance.closeSync();
}

// eslint-disable-next-line @typescript-eslint/require-await
async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(1 << 20);
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const length = readSync(file, buffer, 0, buffer.length, null);
      if (length === 0) return;
      yield buffer.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}
