import { formatAddress, isIpv4, parseAddress } from '../bytes/ip-address.ts';
import { isPublic } from './distinct-hosts.ts';
import { isAttack, isSynthetic } from './training-rows.ts';
import type { TrainingRow } from './training-row.ts';

/**
 * What is left out as a whole: `set` the data set (the folder), `capture` the input, `address` all inputs in which one
 * attacker is met, `network` those in which attackers of one /24 (IPv6: /48) are met.
 */
export const GROUPINGS = ['set', 'capture', 'address', 'network'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** The rows with the groups of that kind; generated ones keep theirs. */
export function regroup(rows: readonly TrainingRow[], by: Grouping): TrainingRow[] {
  if (by === 'set') return [...rows];
  const groupOf = by === 'capture' ? (input: string): string => input : joinedInputs(rows, by);
  return rows.map((row) => (isSynthetic(row) ? row : { ...row, group: groupOf(row.input) }));
}

/** Inputs joined by a common attacker; each is called after the first of its kind by name. */
function joinedInputs(
  rows: readonly TrainingRow[],
  by: 'address' | 'network',
): (input: string) => string {
  const parents = new Map<string, string>();
  const root = (input: string): string => {
    let at = input;
    for (let up = parents.get(at); up !== undefined && up !== at; up = parents.get(at)) at = up;
    return at;
  };
  const firstOf = new Map<string, string>();
  for (const row of rows) {
    if (isSynthetic(row) || !isAttack(row)) continue;
    const key = by === 'address' ? attacker(row) : networkOf(row);
    const other = firstOf.get(key);
    firstOf.set(key, other ?? row.input);
    if (other !== undefined) join(parents, root(other), root(row.input));
  }
  return root;
}

function join(parents: Map<string, string>, a: string, b: string): void {
  const [first, second] = a < b ? [a, b] : [b, a];
  if (first !== second) parents.set(second, first);
}

/** A private address is another host in every data set. */
function attacker(row: TrainingRow): string {
  return isPublic(row.host) ? row.host : `${row.group} ${row.host}`;
}

function networkOf(row: TrainingRow): string {
  const words = parseAddress(row.host);
  if (words === undefined) return attacker(row);
  const network = isIpv4(words)
    ? [words[0]!, words[1]!, words[2]!, words[3]! & 0xffffff00]
    : [words[0]!, words[1]! & 0xffff0000, 0, 0];
  const text = formatAddress(network.map((word) => word >>> 0));
  return isPublic(row.host) ? text : `${row.group} ${text}`;
}
