import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parquetReadObjects } from 'hyparquet';
import { beforeAll, describe, expect, test } from 'vitest';
import { FrameEncoder } from '../../../src/job/cluster/frames.ts';
import { jobResult } from '../../../src/job/cluster/job-result.ts';
import { runOnWorkers } from '../../../src/job/cluster/run-on-workers.ts';
import { jobStages } from '../../../src/job/cluster/stages.ts';
import { readRecords } from '../../../src/job/cluster/wire.ts';
import { STAGE_WORDS } from '../../../src/cli/stage-words.ts';
import { DEFAULT_MODEL } from '../../../src/job/load-model.ts';
import { syntheticCaptures } from '../../fuzz/synthetic-traffic.ts';
import { connLog, put, temporaryFolder } from '../temporary-folder.ts';
import { buildProgram, pipedJob } from './built-programs.ts';
import { linesOf, profilesOfOne, verdictsOfOne } from './run-in-memory.ts';

const folder = temporaryFolder();
const log = put(folder, 'conn.log', connLog(Array.from({ length: 500 }, (_, i) => `10.0.${i >> 6}.${(i & 63) + 1}`))); // prettier-ignore
const captures = syntheticCaptures()
  .slice(0, 5)
  .map(({ bytes }, i) => put(folder, `of-${'abcde'[i]!}.pcap`, bytes));
const inputs = [log, ...captures];
let program: string;
let thread: URL;

beforeAll(() => {
  program = buildProgram(folder, 'job-main');
  thread = pathToFileURL(buildProgram(folder, 'job-worker'));
});

/** Runs a stage; gives its exit status, what it wrote and what it said. */
function run(words: readonly string[], input: string | Uint8Array) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], { input, maxBuffer: 1 << 28 }); // prettier-ignore
  return { status, stdout: new Uint8Array(stdout), stderr: stderr.toString() };
}

function trailer(): Uint8Array {
  const pieces: Uint8Array[] = [];
  new FrameEncoder((piece) => pieces.push(piece.slice())).end();
  return Buffer.concat(pieces);
}

describe('the stages as programs', () => {
  test('joined by pipes and sort give the verdicts of one process', async () => {
    const list = put(folder, 'inputs.txt', inputs.map((path, i) => `${i}\t${path}\n`).join(''));
    const out = execFileSync('bash', ['-c', pipedJob(program, list)], { maxBuffer: 1 << 28 });
    expect(linesOf(jobResult(readRecords('tsv', [out])))).toEqual(await verdictsOfOne(inputs));
  });

  test('in threads of this machine, with files cut into ranges, give them as well', async () => {
    const job = { inputs, output: 'verdicts' as const, rangeBytes: 20_000, model: DEFAULT_MODEL };
    const progress: string[] = [];
    const records = await runOnWorkers(job, {
      workers: 2,
      entry: thread,
      words: STAGE_WORDS,
      work: folder,
      onProgress: ({ stage, done, of }) => void progress.push(`${stage} ${done}/${of}`),
    });
    expect(linesOf(jobResult(records))).toEqual(await verdictsOfOne(inputs));
    expect(progress.some((text) => /^map (\d+)\/\1$/.test(text))).toBe(true);
  });

  test.each(
    jobStages({ output: 'verdicts' }).map((stage) => [stage.words.join(' '), stage] as const),
  )('%s takes an input without a record for what it is', (_, { words, needsModel }) => {
    const model = needsModel ? ['--model', DEFAULT_MODEL] : [];
    const { status, stdout, stderr } = run([...words, ...model], trailer());
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect([...readRecords('frames', [stdout])]).toEqual([]);
  });

  test('in threads say what went wrong as one process would', async () => {
    const broken = put(folder, 'broken.ndjson', '{"host":"10.0.0.1","profile":"////"}\n');
    const job = { inputs: [broken, log], output: 'profiles' as const, rangeBytes: 10_000 };
    const options = { workers: 2, entry: thread, words: STAGE_WORDS, work: folder };
    await expect(runOnWorkers(job, options)).rejects.toThrow(`${broken}: line 1: host table`);
    const gone = { inputs, output: 'verdicts' as const, model: `${folder}/gone.rapsheet` };
    await expect(runOnWorkers(gone, options)).rejects.toThrow('gone.rapsheet: no such file');
  });

  test('refuse an input that ends early, in one line, and with a status of its own', () => {
    for (const words of [['map'], ['combine'], ['reduce', '--round', '1'], ['finish']]) {
      const { status, stdout, stderr } = run(['job', ...words], trailer().subarray(0, 7));
      expect(status).toBe(65);
      expect(stderr).toMatch(/^rapsheet: no trailer after 0 records.*\n$/);
      expect(() => [...readRecords('frames', [stdout])]).toThrow();
    }
  });

  test('read all of an input that they refuse: whoever sends it is not cut off', () => {
    // Far more than a pipe holds.
    const input = Buffer.alloc(8 << 20, 0x7f);
    const { status, stderr } = run(['job', 'reduce', '--round', '1'], input);
    expect(status).toBe(65);
    expect(stderr).toMatch(/^rapsheet: no frame where one begins\n$/);
  });

  test('say at once that there is no model, or that it is none', () => {
    const judge = ['job', 'reduce', '--round', '4', '--model'];
    const gone = run([...judge, `${folder}/gone.rapsheet`], trailer());
    expect(gone).toMatchObject({ status: 2, stderr: `rapsheet: ${folder}/gone.rapsheet: no such file or folder\n` }); // prettier-ignore
    writeFileSync(join(folder, 'broken.rapsheet'), readFileSync(DEFAULT_MODEL).subarray(0, 5000));
    const broken = run([...judge, `${folder}/broken.rapsheet`], trailer());
    expect(broken.status).toBe(2);
    expect(broken.stderr).toMatch(/^rapsheet: .*broken\.rapsheet: .+\n$/);
  });

  test('refuse words that mean nothing', () => {
    expect(run(['job', 'reduce', '--round', '9'], '')).toMatchObject({ status: 2 });
    expect(run(['job', 'reduce'], '').stderr).toContain('--round');
    expect(run(['job', 'map', '--wire', 'json'], '').stderr).toContain(
      'expected one of frames, tsv',
    );
    expect(run(['jobs'], '').stderr).toContain('unknown command jobs');
  });

  test('finish as pieces of one Parquet file, and leave none without a row', async () => {
    const { stdout: mapped } = run(['job', 'map', '--wire', 'tsv'], `${inputs.join('\n')}\n`);
    const sorted = Buffer.from(mapped).toString().split('\n').sort().join('\n');
    const words = ['job', 'finish', '--output', 'profiles', '--format', 'parquet', '--wire', 'tsv'];
    const { status, stdout } = run(words, sorted);
    expect(status).toBe(0);
    const pieces: Uint8Array[] = [];
    for (const { key, value } of readRecords('tsv', [stdout])) {
      if (key.startsWith('v')) pieces.push(value);
    }
    const { buffer, byteOffset, length } = Buffer.concat(pieces);
    const rows = await parquetReadObjects({ file: buffer.slice(byteOffset, byteOffset + length) });
    const found = new Map(rows.map(({ host, profile }) => [host as string, profile as string]));
    expect(found.get('')).toMatch(/^[\w+/]+=*$/);
    found.delete('');
    expect(found).toEqual(await profilesOfOne(inputs));
    const nothing = run(words, '');
    expect(nothing).toMatchObject({ status: 0, stdout: new Uint8Array(0) });
  });

  test('say of files by their beginnings which may be cut', () => {
    const pieces: Uint8Array[] = [];
    const encoder = new FrameEncoder((piece) => pieces.push(piece.slice()));
    const heads = { 'a.pcap': readFileSync(captures[0]!), 'conn.log': readFileSync(log), 'x.gz': Uint8Array.of(0x1f, 0x8b, 8) }; // prettier-ignore
    for (const [path, head] of Object.entries(heads)) {
      encoder.put(JSON.stringify({ path, start: 0, length: head.length, size: 1e9 }), new Uint8Array(0)); // prettier-ignore
      encoder.put('', head);
      encoder.put('', new Uint8Array(0));
    }
    encoder.end();
    const { status, stdout } = run(['job', 'cuts'], Buffer.concat(pieces));
    expect(status).toBe(0);
    const said: [string, string][] = [];
    for (const { key, value } of readRecords('frames', [stdout])) said.push([key, Buffer.from(value).toString()]); // prettier-ignore
    expect(said).toEqual([['a.pcap', 'bytes'], ['conn.log', 'bytes'], ['x.gz', 'whole']]); // prettier-ignore
  });
});
