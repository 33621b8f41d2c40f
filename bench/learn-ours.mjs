// Ours on one table, in a process of its own, as learn-rivals.py does for the others.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const [estimator, folder, optionsText, dist] = process.argv.slice(2);
const learn = await import(pathToFileURL(join(dist, 'learn/index.js')));
const { GradientBoostedTrees, RandomForest, argmaxRows, logLoss } = learn;

const head = JSON.parse(readFileSync(join(folder, 'table.json'), 'utf8'));
const values = new Float64Array(readFileSync(join(folder, 'values.f64')).buffer.slice());
const labels = new Int32Array(readFileSync(join(folder, 'labels.i32')).buffer.slice());
const part = (from, to) => ({
  rows: to - from,
  columns: head.columns,
  values: values.slice(from * head.columns, to * head.columns),
});
const learnt = part(0, head.learn);
const held = part(head.learn, head.rows);
const heldLabels = labels.slice(head.learn);

const seconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

function secondsEach(call) {
  call();
  const start = seconds();
  let times = 0;
  while (seconds() - start < 1) {
    call();
    times++;
  }
  return (seconds() - start) / times;
}

const { trees, minLeafRows, ...options } = JSON.parse(optionsText);
const model =
  estimator === 'boosted'
    ? new GradientBoostedTrees(options)
    : new RandomForest({ ...options, trees, minLeafRows, kind: estimator });
const started = seconds();
const wall = performance.now();
model.fit(learnt, labels.subarray(0, head.learn), { classes: head.classes });
const trainCpu = seconds() - started;
const trainWall = (performance.now() - wall) / 1000;
const proba = model.predictProba(held);
const guesses = argmaxRows(proba);
const batch = part(head.learn, Math.min(head.rows, head.learn + 4000));
const vector = held.values.subarray(0, head.columns);
process.stdout.write(
  JSON.stringify({
    trainCpu,
    trainWall,
    logLoss: logLoss(proba, heldLabels),
    accuracy: guesses.filter((guess, row) => guess === heldLabels[row]).length / held.rows,
    scoreCpuPerRow: secondsEach(() => model.predictProba(batch)) / batch.rows,
    explainCpu: secondsEach(() => model.contributions(vector)),
    rssPeakMb: process.resourceUsage().maxRSS / 1024,
  }),
);
