import { plainFeature } from '../../host/feature-schema.ts';
import { matrixRow } from '../../learn/matrix.ts';
import { nearestRows } from '../../learn/nearest-neighbours.ts';
import { RobustScaler } from '../../learn/scaler.ts';
import { hashText } from '../../stats/hash.ts';
import { isAttack, thinRows, toMatrix } from '../training-rows.ts';
import type { TrainingRow } from '../training-row.ts';
import { counted, type Finding } from './finding.ts';

/** Hosts of fewer flows show too little to be told apart by anybody; alike ones among them mean nothing. */
const FLOWS_THAT_SHOW = 5;
/**
 * Root mean squared difference, in units of `RobustScaler`, below which two hosts say the same. Measured on 36
 * public data sets: of hosts with nine flows or more, 2 % have so near a host in another set, half are beyond 0.5.
 */
const NEAR = 0.02;
/** Hosts that near ones are looked for among: comparing them is quadratic. */
const MOST_COMPARED = 1500;
/** Nearest ones looked at for one of another group: those of the own come first where a group is a crowd. */
const CROWD = 20;
const EXAMPLES = 5;

/** Flows that a host opened or was asked to answer. */
function flowsSeen(row: TrainingRow): number {
  const part = (name: string): number => Math.round(plainFeature(row.vector, name)) || 0;
  return part('flows') + part('answered_flows');
}

export function placeOf(row: TrainingRow): string {
  return `${row.host} in ${row.input}`;
}

/** Rows with the very same vector, together. */
function identicalRows(rows: readonly TrainingRow[]): TrainingRow[][] {
  const alike = new Map<number, TrainingRow[]>();
  for (const row of rows) {
    const hash = vectorHash(row);
    const own = alike.get(hash);
    if (own === undefined) alike.set(hash, [row]);
    else own.push(row);
  }
  return [...alike.values()];
}

/** Of 52 bits: among 100,000 vectors two share one by chance once in a million data sets. */
function vectorHash({ vector: { buffer, byteOffset, byteLength } }: TrainingRow): number {
  return hashText(String.fromCharCode(...new Uint16Array(buffer, byteOffset, byteLength >> 1)));
}

/** Inputs that hold the same hosts doing the same: one recording under two names. */
export function lintSameInputs(rows: readonly TrainingRow[]): Finding[] {
  const inputs = new Map<string, TrainingRow[]>();
  for (const row of rows) {
    const own = inputs.get(row.input);
    if (own === undefined) inputs.set(row.input, [row]);
    else own.push(row);
  }
  const seen = new Map<string, TrainingRow[]>();
  const pairs: (readonly [TrainingRow, TrainingRow])[] = [];
  for (const own of inputs.values()) {
    if (!own.some((row) => flowsSeen(row) >= FLOWS_THAT_SHOW)) continue;
    const content = own.map((row) => `${row.host} ${vectorHash(row)}`).sort();
    const key = content.join('\n');
    const other = seen.get(key);
    if (other === undefined) seen.set(key, own);
    else pairs.push([other[0]!, own[0]!]);
  }
  if (pairs.length === 0) return [];
  const across = pairs.filter(([a, b]) => a.group !== b.group);
  return [
    {
      check: 'same-recording',
      severity: across.length > 0 ? 'serious' : 'warning',
      finding: `${counted(pairs.length, 'input')} repeat${pairs.length === 1 ? 's' : ''} another: same hosts, same behaviour to the last digit`,
      consequence:
        across.length > 0
          ? 'a model is judged on hosts it has learnt by heart, though groups are left out'
          : 'its hosts count twice, in training and in every figure',
      advice: 'keep one of each',
      examples: [...across, ...pairs.filter((pair) => !across.includes(pair))]
        .slice(0, EXAMPLES)
        .map(([a, b]) => `${b.input} is ${a.input}`),
    },
  ];
}

/** Hosts of different groups that do the same to the last digit, or nearly. */
export function lintDuplicates(rows: readonly TrainingRow[]): Finding[] {
  const findings: Finding[] = [];
  const shared = identicalRows(rows).filter((alike) => groupsOf(alike) > 1);
  const telling = shared.filter((alike) => flowsSeen(alike[0]!) >= FLOWS_THAT_SHOW);
  if (telling.length > 0) {
    const hosts = telling.flat();
    const attackers = hosts.filter(isAttack).length;
    findings.push({
      check: 'duplicates',
      severity: attackers > 0.05 * rows.filter(isAttack).length ? 'serious' : 'warning',
      finding: `${counted(hosts.length, 'host')} (${counted(attackers, 'attacker')}) have a twin in another group, the same to the last digit`,
      consequence: 'leaving groups out does not keep them from the model that judges them',
      advice: 'put inputs of one origin into one folder, or remove the copies',
      examples: telling
        .slice(0, EXAMPLES)
        .map((alike) => alike.slice(0, 2).map(placeOf).join(' = ')),
    });
  }
  const little = shared.filter((alike) => flowsSeen(alike[0]!) < FLOWS_THAT_SHOW);
  if (little.length > 0) {
    const hosts = little.reduce((sum, alike) => sum + alike.length, 0);
    findings.push({
      check: 'duplicates',
      severity: 'note',
      finding: `${counted(hosts, 'host')} of fewer than ${FLOWS_THAT_SHOW} flows are the same as hosts of other groups (${counted(little.length, 'distinct vector')})`,
      consequence:
        'they show too little to be told apart; they are counted in every figure and teach little',
      advice: 'expect nothing of them; rapsheet teaches at most 60 of an input and family',
      examples: little
        .sort((a, b) => b.length - a.length)
        .slice(0, 3)
        .map((alike) => `${counted(alike.length, 'host')} like ${placeOf(alike[0]!)}`),
    });
  }
  return findings;
}

/** Hosts that did exactly the same and are labelled as an attacker here and as calm there. */
export function lintContradictions(rows: readonly TrainingRow[]): Finding[] {
  const found = identicalRows(rows).filter(
    (alike) => flowsSeen(alike[0]!) >= FLOWS_THAT_SHOW && new Set(alike.map(isAttack)).size > 1,
  );
  if (found.length === 0) return [];
  return [
    {
      check: 'contradictions',
      severity: 'serious',
      finding: `${counted(found.flat().length, 'host')} did exactly the same and are labelled as attackers here, as calm there`,
      consequence: 'no model can be right about both; what it learns is the more frequent mistake',
      advice: 'look at both and correct one label, or leave both out',
      examples: found.slice(0, EXAMPLES).map((alike) => {
        const attacker = alike.find(isAttack)!;
        const calm = alike.find((row) => !isAttack(row))!;
        return `${placeOf(attacker)} is ${attacker.family}, ${placeOf(calm)} is ${calm.family}`;
      }),
    },
  ];
}

/** Attackers that do nearly the same as attackers of another group, and those that do nearly what a calm host does. */
export function lintNearDuplicates(rows: readonly TrainingRow[]): Finding[] {
  const picked = thinRows(rows);
  const attackers = sample(picked.filter(isAttack), MOST_COMPARED);
  const calm = sample(
    picked.filter((row) => !isAttack(row)),
    2 * MOST_COMPARED,
  );
  const everyone = [...attackers, ...calm];
  if (attackers.length === 0) return [];
  const scaler = new RobustScaler().fit(toMatrix(everyone));
  const own = scaler.transform(toMatrix(attackers));
  const others = scaler.transform(toMatrix(calm));
  const showing = attackers.filter((row) => flowsSeen(row) >= FLOWS_THAT_SHOW).length;
  const findings: Finding[] = [];
  const twins = pairsOf(attackers, (i) => {
    if (flowsSeen(attackers[i]!) < FLOWS_THAT_SHOW) return undefined;
    const near = nearestRows(own, matrixRow(own, i), CROWD).filter(
      ({ distance }) => distance <= NEAR,
    );
    return near
      .map(({ row }) => attackers[row]!)
      .find(({ group }) => group !== attackers[i]!.group);
  });
  if (twins.length > 0) {
    findings.push({
      check: 'near-duplicates',
      severity: twins.length > 0.1 * showing ? 'serious' : 'warning',
      finding: `${counted(twins.length, 'attacker')} of ${counted(showing, 'attacker')} that show something are nearly the same as one of another group`,
      consequence:
        'their groups are not independent: leaving one out leaves its like in training, and figures are too good',
      advice: 'put inputs of one laboratory, or of one run of a tool, into one folder',
      examples: twins.slice(0, EXAMPLES).map(([a, b]) => `${placeOf(a)} ≈ ${placeOf(b)}`),
    });
  }
  const opposite = pairsOf(attackers, (i) => {
    const [near] = calm.length === 0 ? [] : nearestRows(others, matrixRow(own, i), 1);
    return near !== undefined && near.distance <= NEAR ? calm[near.row] : undefined;
  });
  return [...findings, ...contradictions(opposite, attackers.length)];
}

function pairsOf(
  rows: readonly TrainingRow[],
  other: (index: number) => TrainingRow | undefined,
): (readonly [TrainingRow, TrainingRow])[] {
  return rows.flatMap((row, i) => {
    const found = other(i);
    return found === undefined ? [] : [[row, found] as const];
  });
}

function contradictions(
  pairs: readonly (readonly [TrainingRow, TrainingRow])[],
  attackers: number,
): Finding[] {
  const telling = pairs.filter(([row]) => flowsSeen(row) >= FLOWS_THAT_SHOW);
  const little = pairs.filter(([row]) => flowsSeen(row) < FLOWS_THAT_SHOW);
  const examples = (found: typeof pairs): string[] =>
    oneOfEachPair(found)
      .slice(0, EXAMPLES)
      .map(([a, b]) => `${placeOf(a)} is ${a.family}, ${placeOf(b)} is ${b.family}`);
  const findings: Finding[] = [];
  if (telling.length > 0) {
    findings.push({
      check: 'contradictions',
      severity: 'warning',
      finding: `${counted(telling.length, 'attacker')} (${families(telling.map(([row]) => row))}) did nearly what a calm host did`,
      consequence:
        'the line between attacker and calm runs through noise there, or one of the labels is wrong',
      advice: 'look at both with rapsheet explain, and correct or remove one',
      examples: examples(telling),
    });
  }
  if (little.length > 0) {
    findings.push({
      check: 'contradictions',
      severity: little.length > 0.2 * attackers ? 'serious' : 'warning',
      finding: `${counted(little.length, 'attacker')} of ${attackers.toLocaleString('en-US')} (crowds thinned; ${families(little.map(([row]) => row))}) of fewer than ${FLOWS_THAT_SHOW} flows look like calm hosts of as few`,
      consequence:
        'their label cannot be read from their own traffic: each is missed, or makes false alarms of hosts like it',
      advice: 'leave out attackers of which next to nothing was recorded',
      examples: examples(little),
    });
  }
  return findings;
}

/** The first of every two inputs, so that a crowd does not fill the list. */
function oneOfEachPair(pairs: readonly (readonly [TrainingRow, TrainingRow])[]): typeof pairs {
  return [...new Map(pairs.map((pair) => [`${pair[0].input} ${pair[1].input}`, pair])).values()];
}

/** So many by hash, the same ones in any order. */
function sample(rows: readonly TrainingRow[], most: number): TrainingRow[] {
  if (rows.length <= most) return [...rows];
  return rows
    .map((row) => ({ row, hash: hashText(`${row.host} ${row.input}`) }))
    .sort((a, b) => a.hash - b.hash)
    .slice(0, most)
    .map(({ row }) => row);
}

function groupsOf(rows: readonly TrainingRow[]): number {
  return new Set(rows.map((row) => row.group)).size;
}

/** `dos 120, scan 3`. */
export function families(rows: readonly TrainingRow[]): string {
  const counts = new Map<string, number>();
  for (const { family } of rows) counts.set(family, (counts.get(family) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([family, count]) => `${family} ${count.toLocaleString('en-US')}`).join(', '); // prettier-ignore
}
