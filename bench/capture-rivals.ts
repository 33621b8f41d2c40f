import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { floodTraffic, mixedTraffic, type Traffic } from './capture-traffic.ts';

/**
 * Captures into flows: ours, the C witness and what else there is, on the same files, in the same call, each pinned
 * to one core, one after the other and over again. A process counts from its start to its end, in processor time
 * (user and system): on a machine that others use it is what stays comparable.
 */
const REPETITIONS = 3;
const SLOW_SECONDS = 20; // what takes longer is run once
const SLICE = 20_000; // packets for those that take a minute a million

export interface Result {
  readonly traffic: string;
  readonly contender: string;
  readonly packets: number;
  /** Median over the repetitions; `NaN` for what is not installed or failed. */
  readonly packetsPerSecond: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly counted: Counted | undefined;
}

/** What a contender says it counted, where it can say. */
interface Counted {
  readonly packets: number;
  readonly flows: number;
  readonly ipBytes: number;
  readonly rssAtPeak?: number;
}

interface Contender {
  readonly name: string;
  readonly command: (file: string, folder: string) => readonly string[];
  readonly onSlice?: true;
  readonly counts?: true;
}

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

function contenders(witness: string | undefined): readonly Contender[] {
  const run = here('capture-flows.mjs');
  return [
    { name: 'rapsheet', command: (file) => ['node', run, file], counts: true },
    { name: 'rapsheet, events', command: (file) => ['node', run, file, 'events'], counts: true },
    { name: 'rapsheet flows', command: (file) => ['node', here('../dist/cli/main.js'), 'flows', file, '-o', '/dev/null'] },
    { name: 'C witness', command: (file) => [witness ?? 'absent', file], counts: true },
    { name: 'argus', command: (file, folder) => ['argus', '-r', file, '-w', join(folder, 'argus')] },
    { name: 'nfpcapd', command: (file, folder) => ['nfpcapd', '-r', file, '-w', folder] },
    { name: 'softflowd', command: (file) => ['softflowd', '-r', file, '-n', '127.0.0.1:9995', '-m', '4000000', '-d'] },
    { name: 'ndpiReader', command: (file) => ['ndpiReader', '-q', '-i', file], onSlice: true },
    { name: 'tshark', command: (file) => ['tshark', '-n', '-q', '-z', 'conv,tcp', '-r', file], onSlice: true },
  ]; // prettier-ignore
}

export function compareOnCaptures(scale: number, core: number): Result[] {
  const folder = mkdtempSync(join(tmpdir(), 'rapsheet-bench-'));
  try {
    const witness = compileWitness(folder);
    return [
      ...compareOn('a: mixed, 650 B', mixedTraffic(1_200_000 * scale), folder, witness, core),
      ...compareOn('b: flood, 80 B', floodTraffic(4_000_000 * scale), folder, witness, core),
      ...compareOn('c: mixed, cut to 96 B', mixedTraffic(4_000_000 * scale, 96), folder, witness, core),
    ]; // prettier-ignore
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compileWitness(folder: string): string | undefined {
  const binary = join(folder, 'flow-reader');
  const { status } = spawnSync('gcc', ['-O2', '-o', binary, here('witness/flow-reader.c')]);
  return status === 0 ? binary : undefined;
}

function compareOn(
  name: string,
  traffic: Traffic,
  folder: string,
  witness: string | undefined,
  core: number,
): Result[] {
  const whole = join(folder, 'whole.pcap');
  const slice = join(folder, 'slice.pcap');
  writeTraffic(whole, traffic);
  writeTraffic(slice, sliceOf(traffic));
  const all = contenders(witness);
  const runs = new Map<string, Run[]>(all.map(({ name: contender }) => [contender, []]));
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    for (const contender of all) {
      const own = runs.get(contender.name)!;
      if (own.some((run) => Number.isNaN(run.cpuSeconds) || run.cpuSeconds > SLOW_SECONDS))
        continue;
      const file = contender.onSlice === true ? slice : whole;
      own.push(timed(contender, file, folder, core));
    }
  }
  rmSync(whole);
  rmSync(slice);
  return all.map((contender) => {
    const packets = contender.onSlice === true ? SLICE : traffic.packets;
    return resultOf(name, contender, packets, runs.get(contender.name)!);
  });
}

function sliceOf(traffic: Traffic): Traffic {
  return traffic.snapLength < 65535 ? mixedTraffic(SLICE, traffic.snapLength) : mixedTraffic(SLICE);
}

function writeTraffic(path: string, traffic: Traffic): void {
  const file = openSync(path, 'w');
  for (const chunk of traffic.chunks) writeSync(file, chunk);
  closeSync(file);
}

interface Run {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly output: string;
}

/** Bash's `time` knows what a child used, which Node does not tell. */
function timed(contender: Contender, file: string, folder: string, core: number): Run {
  const script = 'TIMEFORMAT="%R %U %S"; time "$@" 2>/dev/null';
  const command = [
    '-c',
    String(core),
    'bash',
    '-c',
    script,
    '-',
    ...contender.command(file, folder),
  ];
  const { stdout, stderr, status } = spawnSync('taskset', command, { maxBuffer: 1 << 28 });
  const [wall = NaN, user = NaN, system = NaN] = stderr.toString().trim().split(' ').map(Number);
  const failed = status !== 0;
  return {
    cpuSeconds: failed ? NaN : user + system,
    wallSeconds: failed ? NaN : wall,
    output: stdout.toString(),
  };
}

function resultOf(
  traffic: string,
  contender: Contender,
  packets: number,
  runs: readonly Run[],
): Result {
  const byTime = [...runs].sort((a, b) => a.cpuSeconds - b.cpuSeconds);
  const { cpuSeconds, wallSeconds, output } = byTime[byTime.length >>> 1]!;
  const isCounted = contender.counts === true && !Number.isNaN(cpuSeconds);
  return {
    traffic,
    contender: contender.name,
    packets,
    packetsPerSecond: packets / cpuSeconds,
    cpuSeconds,
    wallSeconds,
    counted: isCounted ? (JSON.parse(output) as Counted) : undefined,
  };
}

/** The table: packets a second, how many times as fast as each rival ours is, and whether the counts agree. */
export function renderResults(results: readonly Result[]): string {
  const lines: string[] = [];
  for (const traffic of new Set(results.map((result) => result.traffic))) {
    const rows = results.filter((result) => result.traffic === traffic);
    const ours = rows.find(({ contender }) => contender === 'rapsheet')!;
    lines.push('', `(${traffic}), ${ours.packets.toLocaleString('en')} packets`);
    for (const row of rows) lines.push(renderRow(row, ours));
  }
  return lines.join('\n');
}

function renderRow(row: Result, ours: Result): string {
  const name = row.contender.padEnd(18);
  if (Number.isNaN(row.cpuSeconds)) return `  ${name} absent`;
  const rate = (row.packetsPerSecond / 1e6).toFixed(2).padStart(6);
  const ratio = (ours.packetsPerSecond / row.packetsPerSecond).toFixed(2).padStart(6);
  const { counted } = row;
  const flows = counted === undefined ? '' : `  ${counted.flows.toLocaleString('en')} flows`;
  const memory = counted?.rssAtPeak === undefined ? '' : `  ${Math.round(counted.rssAtPeak / 1e6)} MB`; // prettier-ignore
  return `  ${name}${rate} M packets/s   rapsheet is ${ratio} ×  ${row.wallSeconds.toFixed(1)} s${flows}${memory}`;
}

/** Throws where ours counted other packets, flows or bytes than the witness. */
export function checkCounts(results: readonly Result[]): void {
  for (const witness of results.filter(({ contender }) => contender === 'C witness')) {
    const ours = results.find((r) => r.traffic === witness.traffic && r.contender === 'rapsheet');
    if (witness.counted === undefined || ours?.counted === undefined) continue;
    for (const what of ['packets', 'flows', 'ipBytes'] as const) {
      const [own, other] = [ours.counted[what], witness.counted[what]];
      if (own !== other)
        throw new Error(`${witness.traffic}: ${own} ${what}, the witness ${other}`);
    }
  }
}

export function writeResults(path: string, results: readonly Result[]): void {
  writeFileSync(path, `${JSON.stringify(results, undefined, 1)}\n`);
}
