import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { jobResult } from '../../../src/job/cluster/job-result.ts';
import { mapSections } from '../../../src/job/cluster/map-stage.ts';
import { inOneTask, planList, planTasks } from '../../../src/job/cluster/plan-tasks.ts';
import { runOnWorkers } from '../../../src/job/cluster/run-on-workers.ts';
import { fileRangeLine, openSection } from '../../../src/job/cluster/section.ts';
import { readRecords } from '../../../src/job/cluster/wire.ts';
import { STAGE_WORDS } from '../../../src/cli/stage-words.ts';
import { findInputs } from '../../../src/job/find-inputs.ts';
import { DEFAULT_MODEL } from '../../../src/job/load-model.ts';
import { hashText } from '../../../src/stats/hash.ts';
import { put, temporaryFolder } from '../temporary-folder.ts';
import { buildProgram, pipedJob } from './built-programs.ts';
import { linesOf, profilesOfLines, profilesOfOne, runInMemory, verdictsOfOne } from './run-in-memory.ts'; // prettier-ignore

const data = process.env['RAPSHEET_DATA'] ?? '../shared/data';
const isThere = existsSync(data);
if (!isThere) console.warn(`SKIPPED: a job on 250 files (${data} is not there)`);

const RANGE_BYTES = 1 << 18;

describe.skipIf(!isThere)(
  'a job on 250 captures and logs of every kind',
  { timeout: 1_200_000 },
  () => {
    const folder = temporaryFolder();
    // Any, but always the same, and whole sets of rotated files among them.
    const inputs = isThere
      ? findInputs([data])
          .filter(({ bytes }) => bytes < 4e6)
          .map(({ path }) => path)
          .sort((a, b) => hashText(a.slice(0, -8)) - hashText(b.slice(0, -8)))
          .slice(0, 250)
      : [];
    let verdicts: string[];
    let profiles: Map<string, string>;

    beforeAll(async () => {
      // As files of a folder are: what is nothing known is left out.
      const list = put(folder, 'readable.txt', '');
      expect(list).not.toBe('');
      const read = jobResult(await records('verdicts', 1)).read.map(({ path }) => path);
      readable = inputs.filter((path) => read.includes(path));
      verdicts = await verdictsOfOne(readable);
      profiles = await profilesOfOne(readable);
    }, 600_000);

    let readable: string[] = [];

    function records(output: 'verdicts' | 'profiles', workers: number) {
      const entry = workers > 1 ? pathToFileURL(buildProgram(folder, 'job-worker')) : new URL('file:///none'); // prettier-ignore
      const job = { inputs, output, rangeBytes: RANGE_BYTES, model: DEFAULT_MODEL };
      return runOnWorkers(job, { workers, entry, words: STAGE_WORDS, work: folder });
    }

    test('in threads gives the verdicts and profiles of one process', async () => {
      expect(readable.length).toBeGreaterThan(200);
      expect(linesOf(jobResult(await records('verdicts', 2)))).toEqual(verdicts);
      expect(profilesOfLines(linesOf(jobResult(await records('profiles', 2))))).toEqual(profiles);
    });

    test('through pipes and sort gives them', async () => {
      const ranges = await planList(readable, { rangeBytes: RANGE_BYTES });
      const list = put(folder, 'inputs.txt', ranges.map((range) => `${fileRangeLine(range)}\n`).join('')); // prettier-ignore
      const program = buildProgram(folder, 'job-main');
      const out = execFileSync('bash', ['-c', pipedJob(program, list)], { maxBuffer: 1 << 30 });
      expect(linesOf(jobResult(readRecords('tsv', [out])))).toEqual(verdicts);
    });

    test('in ranges of 256 KiB, a task each, gives them, but for files that it tells of', async () => {
      const tasks = await planTasks(readable, { rangeBytes: RANGE_BYTES });
      const misfits = new Set<string>();
      for (const { sections, recording } of tasks) {
        const sources = sections.map((range) => ({
          path: range.path,
          open: () => openSection(range),
        }));
        const found = await mapSections(sources, () => undefined);
        if (found.length > 0) misfits.add(recording);
      }
      // A capture whose records are odd (longer than it says they can be) in the middle.
      expect(misfits.size).toBeLessThan(4);
      const again = [...misfits].map((recording) => inOneTask(tasks, recording));
      const all = [...tasks.filter(({ recording }) => !misfits.has(recording)), ...again];
      const result = await runInMemory('profiles', all.map(({ sections }) => sections), { mostHosts: 500 }); // prettier-ignore
      expect(result.failures).toEqual([]);
      expect(profilesOfLines(linesOf(result))).toEqual(profiles);
    });
  },
);
