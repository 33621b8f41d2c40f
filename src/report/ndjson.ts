import type { Behaviour, Verdict } from '../score/verdict.ts';
import { rankVerdicts } from './ranking.ts';
import type { ReportRenderer } from './report.ts';

/** One verdict a line, all fields in the order of DESIGN, numbers as they are; what is missing is `null`. */
export const ndjsonReport: ReportRenderer = {
  extensions: ['ndjson', 'jsonl', 'json'],
  *render(report, options = {}) {
    for (const verdict of rankVerdicts(report, options, Infinity).shown) {
      yield `${JSON.stringify(toVerdictLine(verdict))}\n`;
    }
  },
};

/** The verdict as it stands in NDJSON: a fixed order of fields, and no `detail` in a behaviour without one. */
export function toVerdictLine(verdict: Verdict): object {
  return {
    host: verdict.host,
    window: { startUs: verdict.window.startUs, endUs: verdict.window.endUs },
    label: verdict.label,
    detail: verdict.detail,
    probability: verdict.probability,
    labels: verdict.labels.map(toBehaviourLine),
    predictionSet: verdict.predictionSet,
    attackScore: verdict.attackScore,
    sourceProven: verdict.sourceProven,
    attack: verdict.attack,
    reasons: verdict.reasons.map(({ feature, value, contribution, text }) => ({
      feature,
      value,
      contribution,
      text,
    })),
    evidence: verdict.evidence.map(({ flowId, startUs, text }) => ({ flowId, startUs, text })),
    observed: {
      flows: verdict.observed.flows,
      packets: verdict.observed.packets,
      bytes: verdict.observed.bytes,
    },
    missing: verdict.missing,
    model: verdict.model,
    schema: verdict.schema,
  };
}

function toBehaviourLine({ label, detail, probability }: Behaviour): object {
  return detail === '' ? { label, probability } : { label, detail, probability };
}
