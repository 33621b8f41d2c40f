import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { SideReading } from './neighbours.ts';

/** In the order of their bytes. */
const NUMBERS = [
  'flows', 'peers', 'unansweredShare', 'unsolicitedShare', 'flowsPerPeer', 'flowRate', 'alikeShare',
] as const satisfies readonly (keyof SideReading)[]; // prettier-ignore

/** Every number as it is: a host's context is the same wherever its neighbour was read. */
export function encodeSideReading(writer: ByteWriter, reading: SideReading): void {
  for (const name of NUMBERS) writer.f64le(reading[name]);
}

export function decodeSideReading(reader: ByteReader): SideReading {
  return Object.fromEntries(
    NUMBERS.map((name) => [name, reader.f64le()]),
  ) as unknown as SideReading;
}
