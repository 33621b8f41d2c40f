import { saturatingAdd } from '../../stats/whole-number.ts';
import { WireError } from './job-record.ts';

/** Counts by reason, as a value of a record: JSON, in the order of the reasons. */
export function encodeSkips(skips: ReadonlyMap<string, number>): Uint8Array {
  return Buffer.from(JSON.stringify([...skips].sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** Adds encoded counts to `skips`. */
export function addSkips(skips: Map<string, number>, bytes: Uint8Array): void {
  const counts = parseJson(bytes);
  if (!Array.isArray(counts)) throw new WireError('counts that are no list');
  for (const entry of counts as unknown[]) {
    const [reason, count] = Array.isArray(entry) ? (entry as unknown[]) : [];
    if (typeof reason !== 'string' || typeof count !== 'number' || !Number.isSafeInteger(count)) {
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
