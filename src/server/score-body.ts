import type { z } from 'zod';
import type { Flow } from '../flow/flow.ts';
import { FEATURES, featureNames, schemaHash } from '../host/feature-schema.ts';
import { HostTable } from '../host/host-table.ts';
import { judgeHosts, judgeVector } from '../score/judge.ts';
import type { ModelBundle } from '../score/model-bundle.ts';
import type { scoreRequest, scoreResponse, wireFlow } from './schemas.ts';

/** A request that is well-formed and still makes no sense. */
export class ScoreRequestError extends Error {}

type WireVerdicts = z.infer<typeof scoreResponse>['verdicts'];

/** The verdicts on what a request holds, in its order (flows: by host). */
export function scoreBody(body: z.infer<typeof scoreRequest>, model: ModelBundle): WireVerdicts {
  if ('flows' in body) return scoreFlows(body.flows, model);
  const vectors = 'features' in body ? body.features.map(fromFeatures) : fromVectors(body);
  return vectors.map((vector) => ({ ...judgeVector(vector, model) })) as WireVerdicts;
}

function scoreFlows(flows: readonly z.infer<typeof wireFlow>[], model: ModelBundle): WireVerdicts {
  const table = new HostTable();
  const shows = (test: (flow: Flow) => boolean): boolean => inner.some(test);
  const inner = flows.map(toFlow);
  table.visibility({
    packets: shows((flow) => !Number.isNaN(flow.originatorPackets)),
    connState: shows((flow) => flow.connState !== ''),
    history: shows((flow) => flow.history !== ''),
    dns: false,
    http: false,
    tls: false,
    ssh: false,
  });
  for (const flow of inner) table.flow(flow);
  return judgeHosts(table, model) as unknown as WireVerdicts;
}

function toFlow(flow: z.infer<typeof wireFlow>): Flow {
  const number = (value: number | null): number => value ?? NaN;
  if (flow.endUs < flow.startUs) throw new ScoreRequestError('flows: a flow ends before it starts');
  return {
    ...flow,
    originatorPackets: number(flow.originatorPackets),
    responderPackets: number(flow.responderPackets),
    originatorIpBytes: number(flow.originatorIpBytes),
    responderIpBytes: number(flow.responderIpBytes),
    originatorBytes: number(flow.originatorBytes),
    responderBytes: number(flow.responderBytes),
  };
}

/** Already scaled: only of this schema, or every number would mean something else. */
function fromVectors(body: {
  readonly vectors: readonly (readonly (number | null)[])[];
  readonly schema: string;
}) {
  if (body.schema !== schemaHash) {
    throw new ScoreRequestError(
      `schema: expected ${schemaHash}, got ${body.schema}: see /v1/schema`,
    );
  }
  return body.vectors.map((row, i) => {
    if (row.length !== FEATURES.length) {
      throw new ScoreRequestError(
        `vectors[${i}]: expected ${FEATURES.length} numbers, got ${row.length}`,
      );
    }
    return Float64Array.from(row, (value) => value ?? NaN);
  });
}

function fromFeatures(
  values: Readonly<Record<string, number | null>>,
  index: number,
): Float64Array {
  const vector = new Float64Array(FEATURES.length).fill(NaN);
  for (const [name, value] of Object.entries(values)) {
    const column = featureNames.indexOf(name);
    if (column < 0)
      throw new ScoreRequestError(
        `features[${index}]: no feature is called ${name}: see /v1/schema`,
      );
    if (value === null) continue;
    const feature = FEATURES[column]!;
    if (feature.logScaled && value < 0) {
      throw new ScoreRequestError(
        `features[${index}].${name}: expected a number of at least 0, got ${value}`,
      );
    }
    vector[column] = feature.logScaled ? Math.log2(1 + value) : value;
  }
  return vector;
}
