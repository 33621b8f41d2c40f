import { bench, describe } from 'vitest';
import {
  compareLearners,
  renderLearnResults,
  warnOfQuality,
  writeLearnResults,
  type LearnResult,
} from './learn-rivals.ts';

/**
 * Minutes long, on what `npm run build` built: `BENCH_SCALE` (default 1) makes generated tables smaller,
 * `BENCH_REPEAT` (default 2) says how often each is run, `BENCH_CORE` (default 0) names the core, `BENCH_JSON` a file.
 */
describe('trees and forests against scikit-learn, XGBoost and LightGBM', () => {
  let results: LearnResult[] = [];
  bench(
    'all contenders, one after the other',
    () => {
      if (results.length > 0) return; // vitest runs it once more to warm up
      results = compareLearners({
        scale: Number(process.env['BENCH_SCALE'] ?? 1),
        repetitions: Number(process.env['BENCH_REPEAT'] ?? 2),
        core: Number(process.env['BENCH_CORE'] ?? 0),
      });
      console.log(renderLearnResults(results));
      warnOfQuality(results);
      const { BENCH_JSON: path } = process.env;
      if (path !== undefined) writeLearnResults(path, results);
    },
    { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 },
  );
});
