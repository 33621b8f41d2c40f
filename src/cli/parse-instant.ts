import { parseEpochUs, parseIsoUs } from '../flow/logs/parse-time.ts';

const DAY = /^\d{4}-\d\d-\d\d$/;
const MINUTE = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d)(Z|[+-]\d\d:?\d\d)?$/i;

/**
 * A time as people and reports write it, in µs: `2021-01-06`, `2021-01-06T14:03`, `2021-01-06 14:03:22.123 UTC`
 * (UTC if no zone is given), seconds since the epoch, or the µs of our own tables. `NaN` if it is none.
 */
export function parseInstant(text: string): number {
  const plain = text.trim().replace(/ ?UTC$/i, 'Z');
  if (/^\d{15,16}$/.test(plain)) return Number(plain);
  if (/^\d+(\.\d+)?$/.test(plain)) return parseEpochUs(plain);
  if (DAY.test(plain.replace(/Z$/i, ''))) return parseIsoUs(`${plain.slice(0, 10)}T00:00:00Z`);
  const minute = MINUTE.exec(plain);
  return parseIsoUs(minute === null ? plain : `${minute[1]!}:00${minute[2] ?? ''}`);
}
