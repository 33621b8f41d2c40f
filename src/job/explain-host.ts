import { FEATURES, hostVector, plainValue } from '../host/feature-schema.ts';
import { flowText } from '../host/evidence.ts';
import { HostTable } from '../host/host-table.ts';
import type { TrafficSink } from '../flow/event.ts';
import type { Flow } from '../flow/flow.ts';
import { matrixRow, type Matrix } from '../learn/matrix.ts';
import { nearestRows } from '../learn/nearest-neighbours.ts';
import { RobustScaler } from '../learn/scaler.ts';
import { FAMILY_NAMES, type Family } from '../score/family.ts';
import { featureText } from '../score/feature-text.ts';
import { judgeHost, judgeVector, missingFacts } from '../score/judge.ts';
import type { ModelBundle, TrainingSummary } from '../score/model-bundle.ts';
import type { Verdict } from '../score/verdict.ts';
import { RapsheetError } from './errors.ts';
import { readInputs, type InputsRead, type ReadInputsOptions } from './read-inputs.ts';

/** A training host that behaved much the same. */
interface NearestHost {
  readonly family: Family;
  /** The data set it comes from. */
  readonly group: string;
  readonly distance: number;
}

/** What the verdict would be if one feature had the value that benign hosts usually have. */
interface Change {
  readonly feature: string;
  readonly text: string;
  readonly label: Verdict['label'];
  readonly attackScore: number;
}

export interface HostExplanation extends InputsRead {
  readonly verdict: Verdict;
  readonly nearest: readonly NearestHost[];
  readonly changes: readonly Change[];
  /** Features that this host has no value of. */
  readonly missingFeatures: readonly string[];
  /** The first flows of the host, and how many there were. */
  readonly flows: readonly { readonly startUs: number; readonly text: string }[];
  readonly flowCount: number;
  /** Packets, lines and flows that could not be used, by reason. */
  readonly skips: ReadonlyMap<string, number>;
}

export interface ExplainHostOptions extends ReadInputsOptions {
  readonly flows?: number;
}

const NEAREST = 5;

/** Everything about one host of some inputs, which are read once. */
export async function explainHost(
  inputs: readonly string[],
  host: string,
  model: ModelBundle,
  options: ExplainHostOptions = {},
): Promise<HostExplanation> {
  const table = new HostTable();
  const most = options.flows ?? 20;
  const flows: Flow[] = [];
  let flowCount = 0;
  const sink: TrafficSink = {
    flow(flow) {
      table.flow(flow);
      if (flow.originator !== host && flow.responder !== host) return;
      flowCount++;
      if (flows.length < most) flows.push(flow);
    },
    event: (event) => table.event(event),
    visibility: (shown) => table.visibility(shown),
    skipped: (reason, count) => table.skipped(reason, count),
  };
  const read = await readInputs(inputs, sink, options);
  const found = hostVector(table, host);
  if (found === undefined) throw notThere(host, inputs, table);
  const verdict = judgeHost(found, model, missingFacts(table));
  return {
    ...read,
    verdict,
    nearest: nearestHosts(found.vector, model.parts.training),
    changes: changesOf(found.vector, verdict, model),
    missingFeatures: FEATURES.filter((_, i) => Number.isNaN(found.vector[i]!)).map((f) => f.name),
    flows: flows
      .sort((a, b) => a.startUs - b.startUs)
      .map((flow) => ({ startUs: flow.startUs, text: flowText(flow) })),
    flowCount,
    skips: table.skips,
  };
}

function notThere(host: string, inputs: readonly string[], table: HostTable): RapsheetError {
  const some = [...table.entries()].slice(0, 3).map(([name]) => name);
  const shown = some.length === 0 ? 'they show no host' : `they show ${some.join(', ')}${table.size > some.length ? ' …' : ''}`; // prettier-ignore
  return new RapsheetError('HOST_NOT_FOUND', `${host} is not in ${inputs.join(', ')}`, {
    hint: `${shown}; rapsheet hosts lists all`,
  });
}

function nearestHosts(vector: Float64Array, training: TrainingSummary): NearestHost[] {
  if (training.vectors.rows === 0) return [];
  const scaler = new RobustScaler().fit(training.vectors);
  const rows = keepMissing(training.vectors, scaler.transform(training.vectors));
  const own = { rows: 1, columns: vector.length, values: vector };
  return nearestRows(rows, keepMissing(own, scaler.transform(own)).values, NEAREST).map((near) => ({
    family: FAMILY_NAMES[training.families[near.row]!]!,
    group: training.groups[training.groupOf[near.row]!]!,
    distance: near.distance,
  }));
}

/** Scaling puts 0 where a value is missing; a distance should pass over it. */
function keepMissing(before: Matrix, after: Matrix): Matrix {
  return {
    ...after,
    values: after.values.map((v, i) => (Number.isNaN(before.values[i]!) ? NaN : v)),
  };
}

function changesOf(vector: Float64Array, verdict: Verdict, model: ModelBundle): Change[] {
  const { vectors, families } = model.parts.training;
  const benign = FAMILY_NAMES.indexOf('benign');
  const rows = [...families.keys()].filter((row) => families[row] === benign);
  return verdict.reasons.flatMap((reason) => {
    const column = FEATURES.findIndex((feature) => feature.name === reason.feature);
    if (column < 0) return [];
    const usual = median(rows.map((row) => matrixRow(vectors, row)[column]!));
    if (Number.isNaN(usual) || usual === vector[column]) return [];
    const changed = vector.slice();
    changed[column] = usual;
    const { label, attackScore } = judgeVector(changed, model);
    const text = featureText(FEATURES[column]!, plainValue(FEATURES[column]!, usual));
    return [{ feature: reason.feature, text, label, attackScore }];
  });
}

function median(values: readonly number[]): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
