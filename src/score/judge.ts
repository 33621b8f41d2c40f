import { behaviourDetail } from '../host/behaviour-detail.ts';
import { channelEvidence, flowEvidence, type EvidenceItem } from '../host/evidence.ts';
import {
  FEATURES,
  hostVectors,
  plainValue,
  schemaHash,
  type HostVector,
} from '../host/feature-schema.ts';
import type { FeatureGroup } from '../host/features/feature.ts';
import type { HostProfile } from '../host/host-profile.ts';
import type { HostTable } from '../host/host-table.ts';
import { matrixRow } from '../learn/matrix.ts';
import { crowdOfOne, crowdVerdict, mergeCrowds, type CrowdPart } from './crowd.ts';
import { RISES_WITH } from './expected-directions.ts';
import { CALM_FAMILIES, FAMILIES, FAMILY_NAMES, type Family } from './family.ts';
import { featureText } from './feature-text.ts';
import type { ModelBundle } from './model-bundle.ts';
import type { Behaviour, Reason, Verdict } from './verdict.ts';

/** Further behaviours are named from this probability on. */
const ALSO = 0.2;
const REASONS = 5;
const EVIDENCE = 8;
/** A calm verdict on a host unlike anything learnt is held back unless the model is surer than this. */
const SURE = 0.98;

export type VectorVerdict = Pick<
  Verdict,
  'label' | 'probability' | 'labels' | 'predictionSet' | 'attackScore' | 'attack' | 'reasons'
>;

/** The verdict on a feature vector alone: no evidence, no details. */
export function judgeVector(vector: Float64Array, model: ModelBundle): VectorVerdict {
  const { trees, calibration, autoencoder, noveltyThreshold } = model.parts;
  const matrix = { rows: 1, columns: vector.length, values: vector };
  const raw = matrixRow(trees.predictProba(matrix), 0);
  const { family, probabilities, attackScore, predictionSet } = calibration.judge(raw);
  const of = (name: Family): number => probabilities[FAMILY_NAMES.indexOf(name)]!;
  const novel = autoencoder.errors(matrix)[0]! > noveltyThreshold;
  const label = novel && CALM_FAMILIES.includes(family) && of(family) < SURE ? 'unknown' : family;
  const others = FAMILY_NAMES.filter((name) => name !== family && of(name) >= ALSO).sort(
    (a, b) => of(b) - of(a),
  );
  const labels: Behaviour[] = [
    { label, detail: '', probability: of(family) },
    ...others.map((name) => ({ label: name, detail: '', probability: of(name) })),
  ];
  return {
    label,
    probability: of(family),
    labels,
    predictionSet,
    attackScore,
    attack: label === 'unknown' ? [] : [...FAMILIES[family]],
    reasons: reasonsFor(vector, family, model),
  };
}

/** One verdict for every host that sent anything, and one for each crowd of sources that flood one target. */
export function judgeHosts(table: HostTable, model: ModelBundle): Verdict[] {
  return [...eachVerdict(table, model)];
}

/** The same one by one, for a caller who has other things to do in between. */
export function* eachVerdict(table: HostTable, model: ModelBundle): Generator<Verdict> {
  const missing = missingFacts(table);
  const judge = rememberVectors(model);
  const verdicts: Verdict[] = [];
  for (const host of hostVectors(table)) {
    const verdict = judgeHost(host, model, missing, judge);
    verdicts.push(verdict);
    yield verdict;
  }
  yield* crowds(table, verdicts);
}

/** Sources of one flood have one vector: 37,623 of them took 18 s one by one and take 2 so. */
const REMEMBERED_VECTORS = 1000;

/** The verdict on a vector alone, remembered for the vectors to come that are the same. */
export function rememberVectors(model: ModelBundle): (vector: Float64Array) => VectorVerdict {
  const known = new Map<string, VectorVerdict>();
  return (vector) => {
    const key = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('latin1');
    const verdict = known.get(key) ?? judgeVector(vector, model);
    if (known.size < REMEMBERED_VECTORS) known.set(key, verdict);
    return verdict;
  };
}

export function judgeHost(
  host: HostVector,
  model: ModelBundle,
  missing: readonly string[],
  judge = (vector: Float64Array): VectorVerdict => judgeVector(vector, model),
): Verdict {
  const judged = judge(host.vector);
  const detail = (label: Behaviour['label']): string =>
    label === 'unknown' ? '' : behaviourDetail(label, host);
  const { originator, responder } = host.profile;
  const sides = [originator, responder].filter((side) => side !== undefined);
  const times = sides.map((side) => side.activity);
  const packets = sides.some((side) => side.count('packetFlows') > 0);
  const bytes = sides.some((side) => side.count('byteFlows') > 0);
  const sum = (read: (side: (typeof sides)[number]) => number): number =>
    sides.reduce((total, side) => total + read(side), 0);
  return {
    host: host.host,
    window: {
      startUs: Math.min(...times.map((activity) => activity.firstUs)),
      endUs: Math.max(...times.map((activity) => activity.lastUs)),
    },
    label: judged.label,
    detail: detail(judged.label),
    probability: judged.probability,
    labels: judged.labels.map((behaviour) => ({ ...behaviour, detail: detail(behaviour.label) })),
    predictionSet: judged.predictionSet,
    attackScore: judged.attackScore,
    sourceProven: (originator?.count('established') ?? 0) > 0,
    attack: judged.attack,
    reasons: judged.reasons,
    evidence: evidenceFor(host, judged.label),
    observed: {
      flows: sum((side) => side.flows),
      packets: packets ? sum((side) => side.count('ownPackets') + side.count('peerPackets')) : null,
      bytes: packets
        ? sum((side) => side.count('ownIpBytes') + side.count('peerIpBytes'))
        : bytes
          ? sum((side) => side.count('ownBytes') + side.count('peerBytes'))
          : null,
    },
    missing,
    model: model.id,
    schema: schemaHash,
  };
}

/** Kinds of facts that the inputs of a table cannot show. */
export function missingFacts({ shown }: Pick<HostTable, 'shown'>): string[] {
  return Object.entries(shown)
    .filter(([, shows]) => !(shows as boolean))
    .map(([name]) => name);
}

/** The groups of features in which a family shows itself: of the strongest reasons these are told first. */
const TELLING: Readonly<Partial<Record<Family, readonly FeatureGroup[]>>> = {
  backscatter: ['responder', 'neighbours'],
  scan: ['scanning', 'outcome'],
  bruteforce: ['bruteforce', 'session'],
  dos: ['flood', 'neighbours', 'outcome'],
  webattack: ['web'],
  exploit: ['windows', 'service', 'scanning'],
  c2: ['beaconing', 'dns'],
  tunnel: ['dns', 'beaconing'],
  exfil: ['beaconing', 'volume'],
  lateral: ['windows', 'service', 'bruteforce'],
  spam: ['session', 'dns', 'service'],
  mining: ['session', 'beaconing'],
};
/** Reasons are chosen among so many features with the largest contributions. */
const STRONGEST = 15;

/** The features that spoke most for the verdict, among those the input shows (TreeSHAP, log-odds). */
function reasonsFor(vector: Float64Array, family: Family, model: ModelBundle): Reason[] {
  const row = FAMILY_NAMES.indexOf(family);
  const contributions = model.parts.trees.classContributions(vector, row);
  const telling = TELLING[family] ?? [];
  const evidence = RISES_WITH[family] ?? [];
  const strongest = FEATURES.map((feature, i) => ({
    feature,
    entry: vector[i]!,
    contribution: contributions[i]!,
  }))
    .filter(({ entry, contribution }) => contribution > 0 && !Number.isNaN(entry))
    .sort((a, b) => b.contribution - a.contribution)
    .slice(0, STRONGEST);
  // What is evidence of the family whatever the network, what it shows itself in, the rest, and what there was none of.
  const rankOf = ({ feature, entry }: (typeof strongest)[number]): number => {
    if (entry > 0 && evidence.includes(feature.name)) return 0;
    if (telling.includes(feature.group)) return 1;
    return entry === 0 ? 3 : 2;
  };
  return [0, 1, 2, 3]
    .flatMap((rank) => strongest.filter((one) => rankOf(one) === rank))
    .slice(0, REASONS)
    .map(({ feature, entry, contribution }) => {
      const value = plainValue(feature, entry);
      return { feature: feature.name, value, contribution, text: featureText(feature, value) };
    });
}

/** The channel a family is about first, then sampled flows. */
function evidenceFor(host: HostVector, label: Behaviour['label']): EvidenceItem[] {
  const { login, beacon, longest, busiest, upload, icmp } = host.channels;
  const byFamily: Partial<Record<Behaviour['label'], readonly (typeof busiest)[]>> = {
    bruteforce: [login, busiest],
    c2: [beacon, longest],
    mining: [longest, beacon],
    tunnel: [icmp, busiest, longest],
    exfil: [upload],
    dos: [busiest],
    webattack: [busiest],
    exploit: [busiest],
    lateral: [busiest, login],
    spam: [busiest],
  };
  const channels = (byFamily[label] ?? [])
    .map((notable) => channelEvidence(host.host, notable))
    .filter((item) => item !== undefined);
  const distinct = [...new Map(channels.map((item) => [item.flowId, item])).values()];
  return [...distinct, ...flowEvidence(host.host, host.profile)].slice(0, EVIDENCE);
}

/** `host: "*"`: the aggregates of sources judged to flood one target. */
function* crowds(table: HostTable, verdicts: readonly Verdict[]): Generator<Verdict> {
  const byTarget = new Map<string, CrowdPart>();
  for (const verdict of verdicts) {
    const profile = table.get(verdict.host);
    const target = profile === undefined ? undefined : floodTarget(verdict, profile);
    if (target === undefined) continue;
    const one = crowdOfOne(verdict);
    const others = byTarget.get(target);
    byTarget.set(target, others === undefined ? one : mergeCrowds(others, one));
  }
  for (const [target, crowd] of byTarget) {
    const verdict = crowdVerdict(target, crowd);
    if (verdict !== undefined) yield verdict;
  }
}

/** The one address that a source of a flood dealt with, as the sampled flows show it. */
export function floodTarget(verdict: Verdict, profile: HostProfile): string | undefined {
  if (verdict.label !== 'dos') return undefined;
  const flow = profile.evidence.values()[0];
  if (flow === undefined) return undefined;
  return flow.originator === verdict.host ? flow.responder : flow.originator;
}
