import { plainFeature } from '../../host/feature-schema.ts';
import type { Family } from '../family.ts';
import { isAttack } from '../training-rows.ts';
import type { TrainingRow } from '../training-row.ts';
import { families, placeOf } from './alike-hosts.ts';
import { counted, percent, type Finding } from './finding.ts';

/** Families that cannot succeed, or be seen to, without an answer; a scan or a flood needs none. */
const NEEDS_ANSWER: readonly Family[] = [
  'bruteforce', 'webattack', 'exploit', 'c2', 'tunnel', 'exfil', 'lateral', 'spam', 'mining',
]; // prettier-ignore

/** The fewest flows in which a behaviour that is made of repetition can be seen. */
const FEWEST_FLOWS: Readonly<Partial<Record<Family, number>>> = { scan: 3, bruteforce: 3 };

/** Attackers of whose attack the input shows nothing (CIC-IDS2017's corrected labels call many "attempted"). */
export function lintInvisibleAttacks(rows: readonly TrainingRow[]): Finding[] {
  const attackers = rows.filter(isAttack);
  const feature = (row: TrainingRow, name: string): number => plainFeature(row.vector, name);
  const silent = attackers.filter((row) => !(feature(row, 'flows') > 0));
  // Backscatter and reflection: those who answered are the attack there.
  const wrongSide = silent.filter(({ family }) => family !== 'dos');
  const opened = attackers.filter((row) => feature(row, 'flows') > 0);
  const unanswered = opened.filter(
    (row) => NEEDS_ANSWER.includes(row.family) && feature(row, 'unanswered_share') === 1,
  );
  const few = opened.filter(
    (row) => !unanswered.includes(row) && feature(row, 'flows') < (FEWEST_FLOWS[row.family] ?? 0),
  );
  const all = attackers.length;
  return [
    finding(wrongSide, all, {
      what: 'opened no flow in their input, were only spoken to',
      consequence: 'what is learnt of them is what a victim looks like',
      advice:
        'check that attacker and victim were not mixed up, and that the capture holds both directions',
    }),
    finding(unanswered, all, {
      what: 'never answered, though their attack needs an answer: it was attempted at most',
      consequence:
        'an attempt looks like a host that lost its server; teaching it as the attack makes false alarms',
      advice:
        'label them scan or leave them out; a capture of one direction alone cannot show such attacks',
    }),
    finding(few, all, {
      what: 'too few flows for what they are said to do (scans and series of logins are made of several)',
      consequence: 'a single connection is taught as an attack',
      advice: 'leave them out, or label the capture that holds the rest of their traffic',
    }),
  ].flat();
}

function finding(
  found: readonly TrainingRow[],
  all: number,
  words: { readonly what: string; readonly consequence: string; readonly advice: string },
): Finding[] {
  if (found.length === 0) return [];
  return [
    {
      check: 'invisible-attacks',
      severity: found.length > 0.2 * all ? 'serious' : 'warning',
      finding: `${words.what}: ${counted(found.length, 'attacker')} of ${all.toLocaleString('en-US')} (${percent(found.length / all)}; ${families(found)})`,
      consequence: words.consequence,
      advice: words.advice,
      examples: oneOfEach(found)
        .slice(0, 5)
        .map((row) => `${placeOf(row)} (${row.family})`),
    },
  ];
}

/** The first of every family and input, so that a crowd does not fill the list. */
function oneOfEach(rows: readonly TrainingRow[]): TrainingRow[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const key = `${row.family} ${row.input}`;
    return !seen.has(key) && seen.add(key);
  });
}
