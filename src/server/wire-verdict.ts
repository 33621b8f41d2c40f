import type { z } from 'zod';
import { toVerdictLine } from '../report/ndjson.ts';
import type { VectorVerdict } from '../score/judge.ts';
import type { Verdict } from '../score/verdict.ts';
import type { scoreVerdict, verdict } from './schemas.ts';

export type WireVerdict = z.infer<typeof verdict>;
export type WireScoreVerdict = z.infer<typeof scoreVerdict>;

/** The line of NDJSON output, with a `detail` in every behaviour. */
export function toWireVerdict(verdict: Verdict): WireVerdict {
  const labels = verdict.labels.map(toWireBehaviour);
  return { ...(toVerdictLine(verdict) as WireVerdict), labels };
}

/** The part of a verdict that a vector alone has. */
export function toWireVectorVerdict(verdict: VectorVerdict): WireScoreVerdict {
  return {
    label: verdict.label,
    probability: verdict.probability,
    labels: verdict.labels.map(toWireBehaviour),
    predictionSet: [...verdict.predictionSet],
    attackScore: verdict.attackScore,
    attack: [...verdict.attack],
    reasons: verdict.reasons.map(({ feature, value, contribution, text }) => ({
      feature, value, contribution, text,
    })), // prettier-ignore
  };
}

function toWireBehaviour({ label, detail, probability }: Verdict['labels'][number]) {
  return { label, detail, probability };
}
