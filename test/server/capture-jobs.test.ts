import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ModelBundle, type ModelParts } from '../../src/score/model-bundle.ts';
import { CaptureJobs } from '../../src/server/capture-jobs.ts';
import { SAMPLE, serverOptions, spooled } from './test-server.ts';

const sample = readFileSync(SAMPLE);
const startIn = (jobs: CaptureJobs) => jobs.start(Readable.from([sample]), 'sample.pcap');

describe('CaptureJobs', () => {
  it('judges one capture at a time, and each alike', async () => {
    const jobs = new CaptureJobs(serverOptions);
    const started = await Promise.all([startIn(jobs), startIn(jobs), startIn(jobs)]);
    const waiting = (): number => started.filter(({ job }) => job.state === 'waiting').length;
    const counts: number[] = [];
    await Promise.all(started.map(({ finished }) => finished.then(() => counts.push(waiting()))));
    expect(counts).toEqual([1, 0, 0]);
    const [first, ...others] = started.map(({ job }) => job.result?.verdicts);
    expect(first!.length).toBeGreaterThan(0);
    for (const verdicts of others) expect(verdicts).toEqual(first);
  });

  it('tells the jobs under way and in wait that it was stopped, and leaves no upload', async () => {
    const jobs = new CaptureJobs(serverOptions);
    const started = await Promise.all([startIn(jobs), startIn(jobs), startIn(jobs)]);
    await jobs.stop();
    for (const { job } of started) {
      expect(job).toMatchObject({
        state: 'failed',
        error: { code: 'STOPPING' },
        result: undefined,
      });
    }
    expect(spooled()).toEqual([]);
  });

  it('tells the client nothing of an error of its own, and goes on', async () => {
    const heard: unknown[] = [];
    const broken = new ModelBundle({} as ModelParts);
    const jobs = new CaptureJobs({
      ...serverOptions,
      model: broken,
      onUnexpected: (error) => heard.push(error),
    });
    for (let i = 1; i <= 2; i++) {
      const { job, finished } = await startIn(jobs);
      await finished;
      expect(job.error).toEqual({ code: 'INTERNAL', message: 'something went wrong inside' });
      expect(heard).toHaveLength(i);
    }
    expect(heard[0]).toBeInstanceOf(TypeError);
    expect(spooled()).toEqual([]);
  });
});
