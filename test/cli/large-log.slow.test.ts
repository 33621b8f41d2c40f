import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { CONN_LOG_HEADING, connLogRows } from '../flow/logs/generated-conn-log.ts';
import { startRapsheet } from './run-rapsheet.ts';

/** 20 is what is promised; 2 take a minute or two and show the same, for memory is flat after the first. */
const GIGABYTES = Number(process.env['LARGE_LOG_GB'] ?? 2);
const MOST_MEMORY = 500e6;
const BLOCK_ROWS = 200_000;

test.skipIf(process.env['SLOW'] === undefined)(
  `a conn.log of ${GIGABYTES} GB from a pipe becomes hosts in less than 500 MB of memory`,
  { timeout: GIGABYTES * 600_000 },
  async () => {
    const child = startRapsheet(['hosts', '-', '--format', 'csv'], '.');
    let rows = 0;
    child.stdout.on(
      'data',
      (chunk: Buffer) => (rows += chunk.filter((byte) => byte === 10).length),
    );
    let complaints = '';
    child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    const ended = once(child, 'close');
    const block = new Block();
    let peak = 0;
    child.stdin.write(CONN_LOG_HEADING);
    for (let bytes = 0; bytes < GIGABYTES * 1e9; bytes += block.bytes.length) {
      if (!child.stdin.write(Buffer.from(block.bytes))) await once(child.stdin, 'drain');
      peak = Math.max(peak, peakMemory(child.pid!));
      block.later();
    }
    child.stdin.end();
    const [status] = (await ended) as [number];
    expect([status, complaints]).toEqual([0, '']);
    expect(rows).toBeGreaterThan(2000);
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
      const seconds = Number(bytes.latin1Slice(at, at + 10)) + this.#spanSeconds;
      bytes.latin1Write(String(seconds), at);
    }
  }
}

/** Most bytes of memory that the process has had at once. */
function peakMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) * 1024;
}
