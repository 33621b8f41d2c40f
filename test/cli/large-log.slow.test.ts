import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { CONN_LOG_HEADING, connLogRows } from '../flow/logs/generated-conn-log.ts';
import { startRapsheet } from './run-rapsheet.ts';

/** 1 takes a minute or two; 20 are a day of a large office. */
const GIGABYTES = Number(process.env['LARGE_LOG_GB'] ?? 1);
/** The flows of a log pass through; its hosts are kept, and need what their number and their channels need. */
const COMMAND = process.env['LARGE_LOG_COMMAND'] ?? 'flows';
const MOST_MEMORY = 500e6;
const BLOCK_ROWS = 200_000;

test.skipIf(process.env['SLOW'] === undefined)(
  `rapsheet ${COMMAND} reads a conn.log of ${GIGABYTES} GB from a pipe in less than 500 MB of memory`,
  { timeout: GIGABYTES * 600_000 },
  async () => {
    const child = startRapsheet([COMMAND, '-', '--format', 'csv'], '.');
    let lines = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
    });
    let complaints = '';
    child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    const ended = once(child, 'close');
    const block = new Block();
    let [peak, written] = [0, 0];
    child.stdin.write(CONN_LOG_HEADING);
    for (; written * block.bytes.length < GIGABYTES * 1e9; written++) {
      if (!child.stdin.write(Buffer.from(block.bytes))) await once(child.stdin, 'drain');
      peak = Math.max(peak, peakMemory(child.pid!));
      block.later();
    }
    child.stdin.end();
    const [status] = (await ended) as [number];
    expect([status, complaints]).toEqual([0, '']);
    expect(lines).toBe(COMMAND === 'flows' ? written * BLOCK_ROWS + 1 : lines);
    expect(peak).toBeGreaterThan(30e6);
    expect(peak).toBeLessThan(MOST_MEMORY);
  },
);

/** Lines of an office of 2,000 clients, over and over, each time an hour and a bit later. */
class Block {
  readonly bytes: Buffer;
  readonly #times: number[] = [];
  readonly #spanSeconds: number;

  constructor() {
    const rows = [...connLogRows(BLOCK_ROWS)];
    this.bytes = Buffer.from(rows.map((row) => `${row.join('\t')}\n`).join(''));
    for (let at = 0; at < this.bytes.length; at = this.bytes.indexOf(10, at) + 1) this.#times.push(at); // prettier-ignore
    const [first, last] = [rows[0]!, rows.at(-1)!].map(([time]) => Math.floor(Number(time)));
    this.#spanSeconds = last! - first! + 1;
  }

  later(): void {
    const { bytes } = this;
    for (const at of this.#times) {
      const seconds = Number(bytes.toString('latin1', at, at + 10)) + this.#spanSeconds;
      bytes.write(String(seconds), at, 'latin1');
    }
  }
}

/** Most bytes of memory that the process has had at once. */
function peakMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) * 1024;
}
