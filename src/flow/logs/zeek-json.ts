import { parseDecimal } from './parse-number.ts';
import { parseEpochUs, secondsToUs } from './parse-time.ts';
import { FieldScanner } from './json-fields.ts';
import type { LogReader, LineOutcome } from './log-reader.ts';
import { isBlank } from './log-reader.ts';
import { parseDecimalBytes, parseEpochUsBytes } from './parse-bytes.ts';
import { decodeText, type TextCache } from './text-cache.ts';
import { passZeekRecord } from './zeek.ts';
import { F, ZEEK_FIELDS } from './zeek-field.ts';
import type { ZeekLog, ZeekRecord } from './zeek-record.ts';
import { unescapeZeek, zeekLogOfFields, zeekLogOfPath } from './zeek-record.ts';

/** Seconds beyond this (the year 5138) are milliseconds: `LogAscii::json_timestamps = JSON::TS_MILLIS`. */
const MOST_SECONDS = 1e11;

/**
 * Zeek's logs as one JSON object a line. Fields may be named as Zeek does (`id.orig_h`), with underscores
 * (`id_orig_h`, as some shippers do) or nested (`{"id":{"orig_h":…}}`). Logs may be mixed in one file: a line says
 * which it is from in `_path` or `@stream`, or by its fields. Values are found in the bytes and read when they are
 * asked for: a member that nobody reads is never made a text.
 */
export const zeekJson: LogReader = (sink) => {
  const pass = passZeekRecord(sink);
  const record = new JsonRecord();
  return (bytes, start, end): LineOutcome => {
    if (isBlank(bytes, start, end)) return 'nothing';
    return record.take(bytes, start, end) ? pass(record.log() ?? 'other', record) : 'malformedLine';
  };
};

/** Suricata's events, for one, are JSON lines too: a line must name its log, or have the fields of one of Zeek's. */
export function isZeekJson(line: string): boolean {
  const record = new JsonRecord();
  const bytes = new TextEncoder().encode(line);
  return record.take(bytes, 0, bytes.length) && record.log() !== undefined;
}

const SCANNED: ReadonlyMap<string, number> = new Map([
  ...ZEEK_FIELDS.map((name, field) => [name, field] as const),
  ...ZEEK_FIELDS.flatMap((name, field) => name.includes('.') ? [[name.replace('.', '_'), field] as const] : []), // prettier-ignore
  ['@stream', F._path],
]);

/** The one record of a reader: `take` puts the next line under it. */
class JsonRecord implements ZeekRecord {
  readonly #fields = new FieldScanner(SCANNED, ZEEK_FIELDS.length);

  take(bytes: Uint8Array, start: number, end: number): boolean {
    return this.#fields.scan(bytes, start, end);
  }

  /** `undefined`: nothing says that this is from Zeek. */
  log(): ZeekLog | undefined {
    const path = this.#fields.kind(F._path) === 'string' ? this.text(F._path) : '';
    return path === '' ? zeekLogOfFields(this) : zeekLogOfPath(path);
  }

  has(field: number): boolean {
    return this.#fields.kind(field) !== undefined;
  }

  text(field: number): string {
    const { bytes, starts, ends } = this.#fields;
    switch (this.#fields.kind(field)) {
      case 'string':
        return unescapeZeek(decodeText(bytes, starts[field]!, ends[field]!));
      case 'escaped':
        return unescapeZeek(this.#unescaped(field));
      case 'number':
        return String(this.number(field));
      case 'true':
      case 'false':
        return String(this.flag(field));
      default:
        return '';
    }
  }

  cached<T>(field: number, cache: TextCache<T>): T {
    const { bytes, starts, ends } = this.#fields;
    const kind = this.#fields.kind(field);
    if (kind === 'string') return cache.ofBytes(bytes, starts[field]!, ends[field]!);
    return cache.ofText(kind === 'escaped' ? this.#unescaped(field) : this.text(field));
  }

  number(field: number): number {
    const { bytes, starts, ends } = this.#fields;
    const kind = this.#fields.kind(field);
    if (kind === 'number' || kind === 'string') {
      return parseDecimalBytes(bytes, starts[field]!, ends[field]!);
    }
    return kind === 'escaped' ? parseDecimal(this.#unescaped(field)) : Number.NaN;
  }

  timeUs(field: number): number {
    const { bytes, starts, ends } = this.#fields;
    const kind = this.#fields.kind(field);
    if (kind === 'escaped') return parseEpochUs(this.#unescaped(field));
    if (kind !== 'number' && kind !== 'string') return Number.NaN;
    const us = parseEpochUsBytes(bytes, starts[field]!, ends[field]!);
    if (us < MOST_SECONDS * 1e6) return us;
    const seconds = this.number(field);
    return seconds > MOST_SECONDS ? secondsToUs(seconds / 1000) : us;
  }

  flag(field: number): boolean | undefined {
    const kind = this.#fields.kind(field);
    return kind === 'true' ? true : kind === 'false' ? false : undefined;
  }

  list(field: number): readonly string[] {
    if (this.#fields.kind(field) !== 'array') return [];
    const value = this.#fields.parse(field);
    return Array.isArray(value) ? value.map(toText) : [];
  }

  #unescaped(field: number): string {
    const value = this.#fields.parse(field);
    return typeof value === 'string' ? value : '';
  }
}

function toText(value: unknown): string {
  if (typeof value === 'string') return unescapeZeek(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
