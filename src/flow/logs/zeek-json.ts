import { parseDecimal } from './parse-number.ts';
import { parseEpochUs, secondsToUs } from './parse-time.ts';
import type { LogReader, LineOutcome } from './log-reader.ts';
import { passZeekRecord } from './zeek.ts';
import type { ZeekLog, ZeekRecord } from './zeek-record.ts';
import { unescapeZeek, zeekLogOfFields, zeekLogOfPath } from './zeek-record.ts';

/**
 * Zeek's logs as one JSON object a line. Fields may be named as Zeek does (`id.orig_h`), with underscores
 * (`id_orig_h`, as some shippers do) or nested (`{"id":{"orig_h":…}}`). Logs may be mixed in one file: a line says
 * which it is from in `_path` or `@stream`, or by its fields.
 */
export const zeekJson: LogReader = (sink) => {
  const pass = passZeekRecord(sink);
  return (line): LineOutcome => {
    if (line.trim() === '') return 'nothing';
    const record = parseZeekJson(line);
    return record === undefined ? 'malformedLine' : pass(record.log ?? 'other', record);
  };
};

/** One line as a record, `undefined` if it is no JSON object. */
export function parseZeekJson(line: string): JsonRecord | undefined {
  if (!line.trimStart().startsWith('{')) return undefined;
  try {
    return new JsonRecord(JSON.parse(line) as Record<string, unknown>);
  } catch {
    return undefined;
  }
}

class JsonRecord implements ZeekRecord {
  /** `undefined`: nothing says that this is from Zeek. */
  readonly log: ZeekLog | undefined;
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
    const path = values['_path'] ?? values['@stream'];
    this.log =
      typeof path === 'string'
        ? zeekLogOfPath(path)
        : zeekLogOfFields((field) => this.#value(field) !== undefined);
  }

  text(field: string): string {
    return toText(this.#value(field));
  }

  number(field: string): number {
    return toNumber(this.#value(field));
  }

  timeUs(field: string): number {
    const value = this.#value(field);
    return typeof value === 'number' ? secondsToUs(value) : parseEpochUs(toText(value));
  }

  flag(field: string): boolean | undefined {
    const value = this.#value(field);
    return typeof value === 'boolean' ? value : undefined;
  }

  list(field: string): readonly string[] {
    const value = this.#value(field);
    return Array.isArray(value) ? value.map(toText) : [];
  }

  #value(field: string): unknown {
    const value = this.#values[field];
    const dot = field.indexOf('.');
    if (value !== undefined || dot < 0) return value ?? undefined;
    const flat = this.#values[field.replace('.', '_')];
    if (flat !== undefined) return flat ?? undefined;
    const parent = this.#values[field.slice(0, dot)];
    if (typeof parent !== 'object' || parent === null) return undefined;
    return (parent as Readonly<Record<string, unknown>>)[field.slice(dot + 1)] ?? undefined;
  }
}

function toText(value: unknown): string {
  if (typeof value === 'string') return unescapeZeek(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function toNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? parseDecimal(value) : Number.NaN;
}
