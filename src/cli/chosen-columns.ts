import { UsageError, unknownName } from './arguments.ts';
import { FLOW_COLUMNS, type FlowColumn, type FlowColumnSet } from './flow-columns.ts';

/** What `--columns` asks for: a set, or names out of all sets with commas. */
export function chosenColumns(text: string): readonly FlowColumn[] {
  const names = text.split(',').map((name) => name.trim());
  const chosen = names.flatMap(named);
  const seen = new Set<string>();
  for (const { name } of chosen) {
    if (seen.has(name)) throw new UsageError(`--columns: ${name} is there twice`);
    seen.add(name);
  }
  return chosen;
}

const SETS = Object.keys(FLOW_COLUMNS) as readonly FlowColumnSet[];
/** A name that two sets have means the first one's: own names before Zeek's before NFStream's. */
const BY_NAME = new Map(
  SETS.toReversed().flatMap((set) => FLOW_COLUMNS[set].map((column) => [column.name, column] as const)),
); // prettier-ignore

function named(name: string): readonly FlowColumn[] {
  const set = SETS.find((known) => known === name);
  if (set !== undefined) return FLOW_COLUMNS[set];
  const column = BY_NAME.get(name);
  if (column !== undefined) return [column];
  const known = [...SETS, ...BY_NAME.keys()];
  throw unknownName('--columns', name, known, `${SETS.join(', ')}, or names of columns with commas`); // prettier-ignore
}
