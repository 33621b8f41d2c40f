import { saturatingAdd } from '../../stats/whole-number.ts';
import { WireError } from './job-record.ts';

export type SkipList = readonly (readonly [reason: string, count: number])[];

/** Counts by reason, in the order of the reasons. */
export function skipList(skips: ReadonlyMap<string, number>): SkipList {
  return [...skips].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The same as a value of a record: JSON. */
export function encodeSkips(skips: ReadonlyMap<string, number>): Uint8Array {
  return Buffer.from(JSON.stringify(skipList(skips)));
}

/** Adds encoded counts to `skips`. */
export function addSkips(skips: Map<string, number>, bytes: Uint8Array): void {
  addSkipList(skips, parseJson(bytes));
}

/** Adds what should be a list of counts. */
export function addSkipList(skips: Map<string, number>, counts: unknown): void {
  if (!Array.isArray(counts)) throw new WireError('counts that are no list');
  for (const entry of counts as unknown[]) {
    const [reason, count] = Array.isArray(entry) ? (entry as unknown[]) : [];
    if (
      typeof reason !== 'string' ||
      typeof count !== 'number' ||
      !Number.isSafeInteger(count) ||
      count < 0
    ) {
      throw new WireError('a count that is none');
    }
    skips.set(reason, saturatingAdd(skips.get(reason) ?? 0, count));
  }
}

/** Throws `WireError` on what is no JSON. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
  } catch {
    throw new WireError('a value that is no JSON');
  }
}
