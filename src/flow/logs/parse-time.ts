import { parseDecimal } from './parse-number.ts';
import { AS_UTC, type LocalTime } from './time-zone.ts';

const ISO =
  /^(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/i;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const COMMON_LOG =
  /^(\d{1,2})\/([a-z]{3})\/(\d{4}):(\d\d):(\d\d):(\d\d)(?: ([+-]\d\d(?::?\d\d)?))?$/i;
const DAY_FIRST =
  /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?: ([ap])m)?$/i;

/** Seconds (since the epoch or since the capture began) to integer microseconds; `NaN` if out of range. */
export function secondsToUs(seconds: number): number {
  const us = Math.round(seconds * 1e6);
  return Number.isSafeInteger(us) ? us : Number.NaN;
}

/** Decimal seconds, as Zeek writes them, or an ISO 8601 text; microseconds, `NaN` if it is neither. */
export function parseEpochUs(text: string, local = AS_UTC): number {
  const seconds = parseDecimal(text);
  return Number.isNaN(seconds) ? parseIsoUs(text, local) : secondsToUs(seconds);
}

/**
 * `2018-03-09T20:42:36.553183Z`, and with `/` or a blank as Argus and CICFlowMeter write it. Without a zone it is
 * `local`.
 */
export function parseIsoUs(text: string, local = AS_UTC): number {
  const m = ISO.exec(text);
  if (m === null) return Number.NaN;
  return toUs([m[1]!, m[2]!, m[3]!, m[4]!, m[5]!, m[6]!].map(Number), m[7], m[8] ?? local);
}

/** `10/Oct/2000:13:55:36 -0700`, the time in the brackets of a web server's log; also with `-07`. */
export function parseCommonLogUs(text: string, local = AS_UTC): number {
  const m = COMMON_LOG.exec(text);
  if (m === null) return Number.NaN;
  const month = MONTHS.indexOf(m[2]!.toLowerCase()) + 1;
  const parts = [Number(m[3]), month, ...[m[1]!, m[4]!, m[5]!, m[6]!].map(Number)];
  return toUs(parts, undefined, m[7] ?? local);
}

/**
 * Day first, as CICFlowMeter writes it: `14/02/2018 08:31:01`, `5/7/2017 8:42`, `03/07/2017 01:55:58 PM`.
 * The published 2017 and 2018 tables count the afternoon from 1 without saying so: that cannot be undone here.
 */
export function parseDayFirstUs(text: string, local = AS_UTC): number {
  const m = DAY_FIRST.exec(text);
  if (m === null) return Number.NaN;
  let hour = Number(m[4]);
  if (m[8] !== undefined) hour = (hour % 12) + (m[8].toLowerCase() === 'p' ? 12 : 0);
  const [day, month, year] = [m[1]!, m[2]!, m[3]!].map(Number);
  return toUs([year!, month!, day!, hour, Number(m[5]), Number(m[6] ?? 0)], m[7], local);
}

function toUs(parts: number[], fraction: string | undefined, zone: string | LocalTime): number {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60) {
    return Number.NaN;
  }
  const utcMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const us = utcMs * 1000 + Number((fraction ?? '').padEnd(6, '0').slice(0, 6));
  return typeof zone === 'string' ? us - zoneMinutes(zone) * 60_000_000 : zone(us);
}

function zoneMinutes(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', ''));
  return zone.startsWith('-') ? -minutes : minutes;
}

const ENGLISH =
  /^(?:([A-Z][a-z]{2}) {1,2}(\d{1,2}), (\d{4})|(\d{1,2})-([A-Z][a-z]{2})-(\d{4})) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: ([A-Z]{2,5}|[+-]\d{4}))?$/;
/** Zones by name, as tshark and BIND write them; others are read as if there were none. */
const ZONES: Readonly<Record<string, string>> = {
  UTC: 'Z', GMT: 'Z', Z: 'Z',
  CET: '+01', CEST: '+02', BST: '+01', EET: '+02', EEST: '+03', MSK: '+03', IST: '+0530', JST: '+09',
  EST: '-05', EDT: '-04', CST: '-06', CDT: '-05', MST: '-07', MDT: '-06', PST: '-08', PDT: '-07',
}; // prettier-ignore

/** `Mar 27, 2024 12:00:00.123456789 CET` (tshark), `27-Mar-2024 12:00:00.123` (BIND), or as `parseEpochUs`. */
export function parseEnglishUs(text: string, local = AS_UTC): number {
  const m = ENGLISH.exec(text);
  if (m === null) return parseEpochUs(text, local);
  const month = MONTHS.indexOf((m[1] ?? m[5]!).toLowerCase()) + 1;
  const [year, day] = [Number(m[3] ?? m[6]), Number(m[2] ?? m[4])];
  const zone = m[11] === undefined || /^[+-]/.test(m[11]) ? m[11] : ZONES[m[11]];
  return toUs([year, month, day, ...[m[7]!, m[8]!, m[9]!].map(Number)], m[10], zone ?? local);
}

/** A number of seconds from so much on is one of milliseconds, microseconds or nanoseconds: 1e11 s is the year 5138. */
const MOST_SECONDS = 1e11;

/** Any of the forms above; epoch times also in milliseconds, microseconds and nanoseconds. */
export function parseAnyUs(text: string, local = AS_UTC): number {
  const number = parseDecimal(text);
  if (!Number.isNaN(number)) {
    let unit = 1e6;
    for (let most = MOST_SECONDS; unit > 1e-3 && number >= most; most *= 1000) unit /= 1000;
    const us = Math.round(number * unit);
    return Number.isSafeInteger(us) ? us : Number.NaN;
  }
  const forms = [parseIsoUs, parseCommonLogUs, parseEnglishUs, parseDayFirstUs];
  return forms.map((parse) => parse(text, local)).find((us) => !Number.isNaN(us)) ?? Number.NaN;
}
