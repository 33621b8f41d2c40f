import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ClusterJob } from '../../../src/job/engines/cluster-job.ts';
import { hadoopSteps, type HadoopFiles } from '../../../src/job/engines/hadoop-streaming.ts';
import { inputUris } from '../../../src/job/engines/input-uris.ts';
import { sparkPlan, sparkSubmitWords } from '../../../src/job/engines/spark-submit.ts';
import { transformSql } from '../../../src/job/engines/transform-sql.ts';

const MAP = { name: 'map', words: ['job', 'map'], needsModel: false };
const ROUND = { name: 'round 1', words: ['job', 'reduce', '--round', '1'], needsModel: false };
const FINISH = { name: 'finish', words: ['job', 'finish'], needsModel: true };
const JOB: ClusterJob = {
  inputs: ['s3a://lake/day=1/'],
  stages: [MAP, ROUND, FINISH],
  cuts: ['job', 'cuts'],
  format: 'parquet',
  model: 'unused.rapsheet',
  nodeMemoryMb: 400,
};
const FILES: HadoopFiles = { archive: '/a/x.tar.gz', list: '/a/l.txt', count: 1000, bytes: 2 ** 30, work: 'w', home: '/a/home' }; // prettier-ignore

/** The value after an option, or after the `-D` that names a setting. */
function after(words: readonly string[], option: string): string | undefined {
  const at = words.indexOf(option);
  return at < 0 ? undefined : words[at + 1];
}

describe('inputs as a cluster takes them', () => {
  it('are local only if they are here, and literal unless they are a pattern', () => {
    const here = 'test/job/engines';
    expect(inputUris(['s3a://lake/x.pcap', 'hdfs:///logs/*.log', here, `${here}/*.ts`])).toEqual({
      paths: ['s3a://lake/x.pcap', `file://${resolve(here)}`],
      globs: ['hdfs:///logs/*.log', `file://${resolve(here)}/*.ts`],
    });
    expect(() => inputUris(['nowhere.pcap'])).toThrow('nowhere.pcap: no such file or folder');
    expect(() => inputUris([])).toThrow('no input');
  });
});

describe('a job for the jar', () => {
  it('names each program with its wire, and gives the model to the one that judges', () => {
    const { stages, paths, format } = sparkPlan(JOB, { output: 'o', home: '' });
    expect(paths).toEqual(['s3a://lake/day=1/']);
    expect(format).toBe('parquet');
    expect(stages.map(({ name }) => name)).toEqual(['map', 'round 1', 'finish']);
    const run = ['./rapsheet/node', '--max-old-space-size=400', 'rapsheet/rapsheet.mjs'];
    expect(stages[0]!.command).toEqual([...run, 'job', 'map', '--wire', 'frames']);
    expect(stages[2]!.command).toEqual([...run, 'job', 'finish', '--wire', 'frames', '--model', 'rapsheet/model.rapsheet']); // prettier-ignore
  });

  it('asks for room beside the executor for a program a core', () => {
    const words = sparkSubmitWords(
      '{}',
      JOB,
      { master: 'yarn', executorCores: 4 },
      { jar: 'j', archive: 'a' },
    );
    expect(words).toContain('spark.executor.memoryOverhead=3008m');
    expect(after(words, '--master')).toBe('yarn');
    expect(after(words, '--archives')).toBe('a#rapsheet');
    expect(words.slice(-2)).toEqual(['j', '{}']);
    expect(words).not.toContain('--executor-memory');
  });
});

describe('a job for Hadoop streaming', () => {
  const steps = hadoopSteps(JOB, { hadoop: 'hadoop', streamingJar: 's.jar' }, FILES);
  const [first, second] = steps.slice(2, 4).map(({ words }) => words);

  it('maps and combines in the first of its rounds only', () => {
    expect(steps.map(({ name }) => name)).toEqual(['work folder', 'list of inputs', 'map, round 1', 'finish', 'bring home', 'clean up']); // prettier-ignore
    expect(after(first!, '-mapper')).toContain('job map --wire tsv');
    expect(after(first!, '-combiner')).toContain('job combine --wire tsv');
    expect(after(first!, '-reducer')).toContain('job reduce --round 1 --wire tsv');
    expect(after(second!, '-mapper')).toBe('cat');
    expect(second).not.toContain('-combiner');
    expect(after(second!, '-reducer')).toContain('--model rapsheet/model.rapsheet');
    expect(after(second!, '-input')).toBe(after(first!, '-output'));
  });

  it('gives a mapper about as many files as make a range', () => {
    // 1,000 files of 1 GiB together, 128 MiB a mapper.
    expect(first).toContain('mapreduce.input.lineinputformat.linespermap=125');
    expect(second!.join(' ')).not.toContain('linespermap');
  });

  it('needs a stage to map and one to reduce', () => {
    const alone = { ...JOB, stages: [MAP] };
    expect(() => hadoopSteps(alone, { hadoop: 'h', streamingJar: 's' }, FILES)).toThrow(RangeError);
  });
});

describe('a job as SQL', () => {
  const sql = transformSql(JOB, { tasks: 7, reducers: 3 });

  it('runs the stages inside out, a shuffle before each but the first', () => {
    const programs = [...sql.matchAll(/job (map|reduce --round 1|finish) --wire tsv/g)].map(
      ([, name]) => name,
    );
    expect(programs).toEqual(['finish', 'reduce --round 1', 'map']);
    expect(sql.match(/DISTRIBUTE BY k SORT BY k/g)!.length).toBe(2);
    expect(sql).toContain('REPARTITION(7)');
    expect(sql).toContain('spark.sql.shuffle.partitions=3');
  });

  it('parts fields by tabs both ways: Spark parts them by \\u0001 and answers with nulls otherwise', () => {
    expect(sql.match(/FIELDS TERMINATED BY '\\t'/g)!.length).toBe(6);
  });
});
