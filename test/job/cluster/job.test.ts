import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { runOnWorkers } from '../../../src/job/cluster/run-on-workers.ts';
import { jobResult } from '../../../src/job/cluster/job-result.ts';
import { planList, planTasks } from '../../../src/job/cluster/plan-tasks.ts';
import { STAGE_WORDS } from '../../../src/cli/stage-words.ts';
import { syntheticCaptures } from '../../fuzz/synthetic-traffic.ts';
import { connLog, JPEG, put, temporaryFolder } from '../temporary-folder.ts';
import { linesOf, profilesOfLines, profilesOfOne, runInMemory, verdictsOfOne } from './run-in-memory.ts'; // prettier-ignore

const folder = temporaryFolder();
const hosts = Array.from({ length: 300 }, (_, i) => `10.0.${i >> 6}.${(i & 63) + 1}`);
const log = put(folder, 'conn.log', connLog([...hosts, ...hosts.slice(50), '10.0.0.1']));
const captures = syntheticCaptures()
  .slice(0, 6)
  .map(({ bytes }, i) => put(folder, `of-${'abcdef'[i]!}.pcap`, bytes));
const inputs = [log, ...captures];
const whole = inputs.map((path) => [{ path }]);

describe('a job', () => {
  test('gives the verdicts and the profiles of one process, on either wire, combined before or not', async () => {
    const verdicts = await verdictsOfOne(inputs);
    const profiles = await profilesOfOne(inputs);
    expect(verdicts.length).toBeGreaterThan(50);
    for (const wire of ['frames', 'tsv'] as const) {
      for (const combines of [false, true]) {
        const options = { wire, combines };
        expect(linesOf(await runInMemory('verdicts', whole, options))).toEqual(verdicts);
        const lines = linesOf(await runInMemory('profiles', whole, options));
        expect(profilesOfLines(lines)).toEqual(profiles);
      }
    }
  });

  test('gives the same however often its table of partial profiles runs over', async () => {
    const all = [inputs.map((path) => ({ path }))];
    const lines = linesOf(await runInMemory('verdicts', all, { mostHosts: 3 }));
    expect(lines).toEqual(await verdictsOfOne(inputs));
  });

  test('in this thread, through files, gives the same', async () => {
    const job = { inputs, output: 'verdicts' as const };
    const records = await runOnWorkers(job, { workers: 1, entry: new URL('file:///none'), words: STAGE_WORDS }); // prettier-ignore
    expect(linesOf(jobResult(records))).toEqual(await verdictsOfOne(inputs));
  });

  test('goes on from the profiles that another left, as if it had read what they are of', async () => {
    const yesterday = await runInMemory('profiles', whole.slice(0, 3));
    const text = linesOf(yesterday).map((line) => `${line}\n`).join(''); // prettier-ignore
    for (const path of [
      put(folder, 'yesterday.ndjson', text),
      put(folder, 'yesterday.ndjson.gz', gzipSync(text)),
    ]) {
      const today = await runInMemory('verdicts', [[{ path }], ...whole.slice(3)]);
      expect(linesOf(today)).toEqual(await verdictsOfOne(inputs));
      expect(today.profiles).toEqual([path]);
    }
  });

  test('stops at profiles that are damaged, and says where', async () => {
    const lines = linesOf(await runInMemory('profiles', whole));
    const cut = put(folder, 'cut.ndjson', `${lines[0]!}\n${lines[1]!.slice(0, -20)}`);
    await expect(runInMemory('profiles', [[{ path: cut }]])).rejects.toThrow(
      `${cut}: line 2: cut off`,
    );
    const { host, profile } = JSON.parse(lines[3]!) as { host: string; profile: string };
    const wrong = JSON.stringify({ host, profile: profile.slice(8) });
    const path = put(folder, 'wrong.ndjson', `${wrong}\n`);
    await expect(runInMemory('profiles', [[{ path }]])).rejects.toThrow(
      `${path}: line 1: host table`,
    );
  });

  test('tells of every input that could not be read, by name, and reads the others', async () => {
    const capture = readFileSync(captures[0]!);
    const paths = {
      cut: put(folder, 'odd/cut.pcap', capture.subarray(0, -5)),
      damaged: put(folder, 'odd/damaged.pcap', Buffer.concat([capture, Buffer.alloc(5000, 0xff), capture.subarray(24)])), // prettier-ignore
      picture: put(folder, 'odd/picture', JPEG),
      empty: put(folder, 'odd/empty', ''),
      gone: `${folder}/odd/gone.pcap`,
    };
    const odd = Object.values(paths).map((path) => ({ path }));
    const result = await runInMemory('verdicts', [odd, ...whole]);
    const readable = [...inputs, paths.cut, paths.damaged];
    expect(linesOf(result)).toEqual(await verdictsOfOne(readable));
    expect(result.failures).toEqual([`${paths.gone}: no such file or folder`]);
    expect(result.skipped).toEqual([{ path: paths.empty, reason: 'empty' }, { path: paths.picture, reason: 'JPEG image' }]); // prettier-ignore
    const damaged = new Map(result.damaged.map(({ path, broken }) => [path, broken.map(([reason]) => reason)])); // prettier-ignore
    expect(damaged.get(paths.cut)).toEqual(['truncatedFile']);
    expect(damaged.get(paths.damaged)).toContain('corruptRecord');
    expect(damaged.size).toBe(2);
  });

  test('of one host in half of all flows sends one profile of it a task', async () => {
    const busy = '192.0.2.77';
    const all = Array.from({ length: 4000 }, (_, i) => (i % 2 === 0 ? busy : `10.1.${i >> 8}.${i & 255}`)); // prettier-ignore
    const parts = [0, 1, 2, 3].map((n) => put(folder, `skew/${n}.log`, connLog(all.slice(n * 1000, n * 1000 + 1000)))); // prettier-ignore
    const tasks = parts.map((path) => [{ path }]);
    const result = await runInMemory('profiles', tasks);
    const profiles = profilesOfLines(linesOf(result));
    expect(profiles).toEqual(await profilesOfOne(parts));
    // Grows with what differs, not with how many flows there are.
    expect(profiles.get(busy)!.length).toBeLessThan(20_000);
    expect(linesOf(await runInMemory('verdicts', tasks))).toEqual(await verdictsOfOne(parts));
  });
});

describe('what a task reads', () => {
  test('small files go together, in order', async () => {
    const tasks = await planTasks(inputs, { rangeBytes: 1 << 27 });
    expect(tasks).toHaveLength(1);
    expect(tasks[0]!.sections.map(({ path }) => path)).toEqual(inputs);
  });

  test('a large log is cut, what is compressed is not', async () => {
    const packed = put(folder, 'conn.log.gz', gzipSync(readFileSync(log)));
    const tasks = await planTasks([log, packed], { rangeBytes: 5000 });
    const ofLog = tasks.flatMap(({ sections }) => sections).filter(({ path }) => path === log);
    expect(ofLog.length).toBeGreaterThan(5);
    expect(ofLog.reduce((sum, { length = 0 }) => sum + length, 0)).toBe(readFileSync(log).length);
    expect(tasks.flatMap(({ sections }) => sections).filter(({ path }) => path === packed)).toEqual([{ path: packed, continues: false }]); // prettier-ignore
  });

  test('files of one recording stand alone in a list, and say what they are parts of', async () => {
    const set = [0, 1].map((i) => put(folder, `set/day${i}.pcap`, readFileSync(captures[i]!)));
    const list = await planList([`${folder}/set`], { rangeBytes: 1 << 27 });
    expect(list.map(({ path }) => path).sort()).toEqual(set);
    expect(new Set(list.map(({ recording }) => recording))).toEqual(new Set([`${folder}/set/day#.pcap`])); // prettier-ignore
    expect(list.every(({ continues }) => continues !== true)).toBe(true);
  });

  test('standard input is refused', async () => {
    await expect(planTasks(['-'], { rangeBytes: 1 << 27 })).rejects.toThrow('a job reads files');
  });
});
