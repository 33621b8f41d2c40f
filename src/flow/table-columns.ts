import { argusColumns } from './logs/argus.ts';
import { cicColumns } from './logs/cicflowmeter.ts';
import { isCowrieHeading } from './logs/cowrie-csv.ts';
import { CsvHeading } from './logs/csv.ts';
import { flowColumns } from './logs/flow-csv.ts';
import { nfdumpColumns } from './logs/nfdump-csv.ts';

/** Columns that `labelledLines` looks at. */
const LABELS = /^(label|attack|type|category|subcategory|attemptedcategory)$/;

/**
 * Positions of the columns that a reader of tables looks at, labels too; all of them for a table that no reader knows by
 * its heading. Wide tables (CICFlowMeter has 84 columns) need not be read whole where columns can be left out.
 */
export function usedColumns(names: readonly string[], map?: readonly string[]): number[] {
  const all = names.map((_, index) => index);
  // One that is not there is for the reader to miss: it says which there are.
  if (map !== undefined && !map.every((name) => names.includes(name))) return all;
  if (map !== undefined) return all.filter((index) => map.includes(names[index]!));
  const heading = names.join(',');
  if (isCowrieHeading(heading)) return all;
  const columns = argusColumns(heading) ?? cicColumns(heading) ?? nfdumpColumns(heading) ?? flowColumns(heading); // prettier-ignore
  if (columns === undefined) return all;
  const used = new Set(positions(columns));
  return all.filter((index) => used.has(index) || LABELS.test(CsvHeading.key(names[index]!)));
}

/** The numbers in what a reader keeps of a heading are positions, or the number of columns, which is none. */
function positions(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(positions) : [];
}
