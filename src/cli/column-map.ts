import { FLOW_FIELDS } from '../flow/logs/flow-csv.ts';
import { WEB_FIELDS } from '../flow/logs/web-json.ts';
import { UsageError, unknownName, type Arguments } from './arguments.ts';

/** Without these a row is no flow. */
const NEEDED = ['originator', 'responder', 'protocol'] as const;

/** Whether the fields of a map are those of requests: no word is a field of flows and of requests both. */
export function isWebMap(pairs: readonly (readonly [string, string])[]): boolean {
  return pairs.every(([, field]) => WEB_FIELDS.some((known) => known === field));
}

/** `--map Source=originator,Destination=responder,…`; the last `=` counts, a column's name may hold others. */
export function columnMap(args: Arguments): Record<string, string> | undefined {
  const text = args.text('map');
  if (text === undefined) return undefined;
  const pairs = text.split(',').map(columnAndField);
  const columns = new Set<string>();
  for (const [column] of pairs) {
    if (columns.has(column)) throw new UsageError(`--map: column ${column} is there twice`);
    columns.add(column);
  }
  if (isWebMap(pairs)) return Object.fromEntries(pairs);
  for (const needed of NEEDED) {
    if (pairs.some(([, field]) => field === needed)) continue;
    throw new UsageError(`--map: no column is the ${needed}, add COLUMN=${needed}`);
  }
  return Object.fromEntries(pairs);
}

function columnAndField(pair: string): [column: string, field: string] {
  const at = pair.lastIndexOf('=');
  const column = pair.slice(0, at).trim();
  const field = pair.slice(at + 1).trim();
  if (at < 0 || column === '' || field === '') {
    throw new UsageError(
      `--map: expected COLUMN=FIELD with commas between them, got ${pair.trim()}`,
    );
  }
  const fields = [...FLOW_FIELDS, ...WEB_FIELDS];
  if (fields.some((known) => known === field)) return [column, field];
  throw unknownName('--map', field, fields);
}
