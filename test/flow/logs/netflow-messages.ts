/** Hand-made NetFlow and IPFIX messages: `u(2, 9)` is 9 in two bytes. */
export function u(length: number, value: number): number[] {
  const bytes: number[] = [];
  for (let i = length - 1; i >= 0; i--) bytes.push(Math.floor(value / 256 ** i) % 256);
  return bytes;
}

export const quad = (text: string): number[] => text.split('.').map(Number);

export const EXPORT_SECONDS = 1_700_000_000;
export const UPTIME_MS = 100_000;

export interface V5Record {
  readonly source: string;
  readonly destination: string;
  readonly ports: readonly [number, number];
  readonly protocol?: number;
  readonly flags?: number;
  readonly packets?: number;
  readonly octets?: number;
  readonly startMs?: number;
  readonly endMs?: number;
}

export function netflow5(records: readonly V5Record[], sampling = 0): Uint8Array {
  const header = [5, records.length].flatMap((v) => u(2, v));
  header.push(...u(4, UPTIME_MS), ...u(4, EXPORT_SECONDS), ...u(4, 0), ...u(4, 1), 0, 0, ...u(2, sampling)); // prettier-ignore
  const body = records.flatMap((r) => [
    ...quad(r.source), ...quad(r.destination), ...u(4, 0), ...u(4, 0),
    ...u(4, r.packets ?? 1), ...u(4, r.octets ?? 60), ...u(4, r.startMs ?? 90_000), ...u(4, r.endMs ?? 95_000),
    ...u(2, r.ports[0]), ...u(2, r.ports[1]), 0, r.flags ?? 0, r.protocol ?? 6, 0, ...u(8, 0),
  ]); // prettier-ignore
  return Uint8Array.from([...header, ...body]);
}

export const set = (id: number, body: readonly number[]): number[] => [...u(2, id), ...u(2, body.length + 4), ...body]; // prettier-ignore

export const template = (id: number, fields: readonly (readonly [number, number, number?])[]): number[] =>
  [...u(2, id), ...u(2, fields.length), ...fields.flatMap(([element, length, enterprise]) =>
    enterprise === undefined ? [...u(2, element), ...u(2, length)] : [...u(2, element | 0x8000), ...u(2, length), ...u(4, enterprise)])]; // prettier-ignore

export function netflow9(sets: readonly number[][], source = 1): Uint8Array {
  const header = [...u(2, 9), ...u(2, Math.max(1, sets.length)), ...u(4, UPTIME_MS), ...u(4, EXPORT_SECONDS), ...u(4, 1), ...u(4, source)]; // prettier-ignore
  return Uint8Array.from([...header, ...sets.flat()]);
}

export function ipfix(sets: readonly number[][], domain = 1): Uint8Array {
  const body = sets.flat();
  return Uint8Array.from([...u(2, 10), ...u(2, 16 + body.length), ...u(4, EXPORT_SECONDS), ...u(4, 1), ...u(4, domain), ...body]); // prettier-ignore
}
