import { toVerdictLine } from '../report/ndjson.ts';
import type { Verdict } from '../score/verdict.ts';

/** A verdict as the line that `label --format ndjson` writes of it, without its end. */
export function verdictLine(verdict: Verdict): string {
  return JSON.stringify(toVerdictLine(verdict));
}
