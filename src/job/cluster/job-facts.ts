import { ByteReader } from '../../bytes/byte-reader.ts';
import { ByteWriter } from '../../bytes/byte-writer.ts';
import type { Visibility } from '../../flow/event.ts';
import type { HostTable } from '../../host/host-table.ts';
import { WireError } from './job-record.ts';

/** What a host table knows beside its hosts. Parts merge into those of the whole. */
export interface JobFacts {
  readonly shown: Required<Visibility>;
  readonly startUs: number;
  readonly endUs: number;
}

/** In the order of their bits; a new one goes to the end. */
const NAMES = ['packets', 'connState', 'history', 'dns', 'http', 'tls', 'ssh', 'payload'] as const satisfies readonly (keyof Visibility)[]; // prettier-ignore

export function factsOf({ shown, startUs, endUs }: HostTable): JobFacts {
  return { shown: toShown((name) => shown[name] ?? false), startUs, endUs };
}

export function mergeFacts(a: JobFacts, b: JobFacts): JobFacts {
  return {
    shown: toShown((name) => a.shown[name] || b.shown[name]),
    startUs: Math.min(a.startUs, b.startUs),
    endUs: Math.max(a.endUs, b.endUs),
  };
}

export function encodeFacts({ shown, startUs, endUs }: JobFacts): Uint8Array {
  const writer = new ByteWriter(32);
  writer.u8(NAMES.reduce((flags, name, i) => flags | (shown[name] ? 1 << i : 0), 0));
  writer.f64le(startUs);
  writer.f64le(endUs);
  return writer.toBytes();
}

export function decodeFacts(bytes: Uint8Array): JobFacts {
  const reader = new ByteReader(bytes);
  const flags = reader.u8();
  const shown = toShown((name) => (flags & (1 << NAMES.indexOf(name))) !== 0);
  const facts = { shown, startUs: reader.f64le(), endUs: reader.f64le() };
  if (reader.truncated || reader.left > 0 || !areTimes(facts)) throw new WireError('facts that are damaged'); // prettier-ignore
  return facts;
}

/** A first and a last time, or those of no flow at all. */
function areTimes({ startUs, endUs }: JobFacts): boolean {
  if (startUs === Infinity && endUs === -Infinity) return true;
  return Number.isSafeInteger(startUs) && startUs >= 0 && Number.isSafeInteger(endUs) && startUs <= endUs; // prettier-ignore
}

function toShown(read: (name: (typeof NAMES)[number]) => boolean): Required<Visibility> {
  return Object.fromEntries(NAMES.map((name) => [name, read(name)])) as Required<Visibility>;
}
