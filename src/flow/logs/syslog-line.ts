import type { JsonObject } from './json-line.ts';
import { parseJsonLine, textOf } from './json-line.ts';
import { parseIsoUs } from './parse-time.ts';
import { AS_UTC, type LocalTime } from './time-zone.ts';

/** One message of a system log, whichever of its forms it was written in. */
export interface SyslogLine {
  readonly timeUs: number;
  /** Who wrote it, lower case; `''` where the line does not say. */
  readonly host: string;
  readonly program: string;
  readonly processId: string;
  /** At most 4,096 characters. */
  readonly message: string;
}

const MOST_MESSAGE = 4096;
const MONTHS = 'janfebmaraprmayjunjulaugsepoctnovdec';
/** A leap year, so that 29 February is a day: `Mar 27 13:06:56` says no year, and nothing is learnt from absolute times. */
const NO_YEAR = 1972;
const HALF_A_YEAR_US = 183 * 86_400_000_000;

const RFC3164 =
  /^(?:<\d{1,3}>)?([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d)(\.\d{1,9})? (?:([\w.:-]{1,128}) )?([\w./()-]{1,64})(?:\[(\d{1,10})(?::\d{1,4})?\])?: /;
/** Cisco's firewalls: any relay's heading, then theirs, of which a year may be part and the name of the host missing. */
const CISCO = /^(.{0,256}?)%(?:ASA|FTD|PIX)-(?:[\w-]{1,32}-)?[0-7]-(\d{6}: .{0,4096})/s;
const CISCO_TIME =
  /([A-Z][a-z]{2}) {1,2}(\d{1,2})(?: (\d{4}))? (\d\d):(\d\d):(\d\d)(\.\d{1,9})?(?: (?:UTC|GMT|Z))?/g;
const CISCO_ISO = /\d{4}-\d\d-\d\dT[\d:.,]{8,18}(?:Z|[+-]\d\d:?\d\d)?/;
/** The program of a line of `CISCO`: it has no name of its own. */
export const CISCO_FIREWALL = 'asa';
const ISO =
  /^(?:<\d{1,3}>)?(\d{4}-\d\d-\d\dT[\d:.,]{8,18}(?:Z|[+-]\d\d:?\d\d)?) ([\w.:-]{1,128}) ([\w./()-]{1,64})(?:\[(\d{1,10})(?::\d{1,4})?\])?: /;
const RFC5424 =
  /^<\d{1,3}>1 (\d{4}-\d\d-\d\dT[\d:.,]{8,18}(?:Z|[+-]\d\d:?\d\d)?) (\S{1,255}) (\S{1,48}) (\S{1,128}) \S{1,32} (-|\[)/;

/**
 * Reads lines of syslog: RFC 3164 (no year: 1972, and one more each time the months begin again), the same with ISO
 * times as rsyslog writes them, RFC 5424, and journald's JSON (`journalctl -o json`).
 */
export class SyslogParser {
  readonly #local: LocalTime;
  #year = NO_YEAR;
  #lastUs = -Infinity;

  constructor(local = AS_UTC) {
    this.#local = local;
  }

  parse(line: string): SyslogLine | undefined {
    if (line.startsWith('{')) return journalLine(parseJsonLine(line));
    const cisco = line.includes('%') ? CISCO.exec(line) : null;
    if (cisco !== null) return this.#ciscoLine(cisco[1]!, cisco[2]!);
    const old = RFC3164.exec(line);
    if (old !== null) {
      const timeUs = this.#timeUs(
        old[1]!,
        [2, 3, 4, 5].map((i) => Number(old[i])),
        old[6],
      );
      if (Number.isNaN(timeUs)) return undefined;
      return toLine(timeUs, old[7] ?? '', old[8]!, old[9] ?? '', line.slice(old[0].length, old[0].length + MOST_MESSAGE)); // prettier-ignore
    }
    const iso = ISO.exec(line);
    if (iso !== null) {
      return toLine(parseIsoUs(iso[1]!, this.#local), iso[2]!, iso[3]!, iso[4] ?? '', line.slice(iso[0].length, iso[0].length + MOST_MESSAGE)); // prettier-ignore
    }
    const structured = RFC5424.exec(line);
    if (structured === null) return undefined;
    const [, time, host, program, processId] = structured;
    const message = afterStructuredData(line, structured[0].length - 1);
    return toLine(
      parseIsoUs(time!, this.#local),
      nil(host!),
      nil(program!),
      nil(processId!),
      message,
    );
  }

  /** The time that stands last is the firewall's own; the word behind it, or before `:` , is its name. */
  #ciscoLine(heading: string, message: string): SyslogLine | undefined {
    const time = [...heading.matchAll(CISCO_TIME)].at(-1);
    const iso = CISCO_ISO.exec(heading);
    let timeUs = Number.NaN;
    let end = 0;
    if (time !== undefined) {
      const numbers = [2, 4, 5, 6].map((i) => Number(time[i]));
      timeUs = this.#timeUs(time[1]!, numbers, time[7], Number(time[3] ?? Number.NaN));
      end = time.index + time[0].length;
    } else if (iso !== null) {
      timeUs = parseIsoUs(iso[0], this.#local);
      end = iso.index + iso[0].length;
    }
    const words = (text: string): string[] => text.split(/[\s:]+/).filter((word) => /^[\w.-]{1,128}$/.test(word) && /[a-z]|\./i.test(word)); // prettier-ignore
    const before = words(heading.slice(0, time?.index ?? 0)).at(-1);
    const host = words(heading.slice(end)).find((word) => word !== '-') ?? before ?? CISCO_FIREWALL;
    return toLine(timeUs, host, CISCO_FIREWALL, '', message);
  }

  /** The months began again: the next year. A year that is said is taken as it is. */
  #timeUs(
    name: string,
    numbers: readonly number[],
    fraction: string | undefined,
    said = Number.NaN,
  ): number {
    const month = MONTHS.indexOf(name.toLowerCase()) / 3;
    const [day, hour, minute, second] = numbers;
    if (!Number.isInteger(month) || month < 0 || day! < 1 || day! > 31) return Number.NaN;
    if (hour! > 23 || minute! > 59 || second! > 60) return Number.NaN;
    const fractionUs = Math.round(Number(fraction ?? 0) * 1e6);
    const at = (year: number): number =>
      Date.UTC(year, month, day, hour, minute, second) * 1000 + fractionUs;
    if (!Number.isNaN(said)) return this.#local(at(said));
    if (at(this.#year) < this.#lastUs - HALF_A_YEAR_US && this.#year < NO_YEAR + 200) this.#year++;
    this.#lastUs = at(this.#year);
    return this.#local(this.#lastUs);
  }
}

function toLine(
  timeUs: number,
  host: string,
  program: string,
  processId: string,
  message: string,
): SyslogLine | undefined {
  if (Number.isNaN(timeUs)) return undefined;
  return { timeUs, host: host.toLowerCase().slice(0, 128), program, processId, message };
}

function nil(text: string): string {
  return text === '-' ? '' : text;
}

/** The message behind `-` or `[id name="value"]…`; a `]` inside a value is escaped (RFC 5424 §6.3.3). */
function afterStructuredData(line: string, from: number): string {
  let at = from;
  if (line[at] === '-') at++;
  while (line[at] === '[') {
    at++;
    while (at < line.length && line[at] !== ']') at += line[at] === '\\' ? 2 : 1;
    at++;
  }
  const start = line.startsWith(' ', at) ? at + 1 : at;
  return line.slice(start, start + MOST_MESSAGE).replace(/^\uFEFF/, '');
}

/** Fields of systemd.journal-fields(7); a message with bytes that are no text is an array and is not read. */
function journalLine(entry: JsonObject | undefined): SyslogLine | undefined {
  const time = textOf(entry, '__REALTIME_TIMESTAMP');
  if (entry === undefined || !/^\d{1,16}$/.test(time)) return undefined;
  const name = textOf(entry, 'SYSLOG_IDENTIFIER');
  const program = name === '' ? textOf(entry, '_COMM') : name;
  const host = textOf(entry, '_HOSTNAME').replace(/[^\w.:-]/g, '');
  const message = textOf(entry, 'MESSAGE').slice(0, MOST_MESSAGE);
  return toLine(Number(time), host, program, textOf(entry, '_PID'), message);
}
