import { decodeText, TextCache } from './text-cache.ts';

/** `escaped` is a string with a backslash in it. `null`, and what is not there, have no kind. */
export type JsonKind = 'string' | 'escaped' | 'number' | 'true' | 'false' | 'array' | 'object';

const KINDS: readonly (JsonKind | undefined)[] = [
  undefined, 'string', 'escaped', 'number', 'true', 'false', 'array', 'object',
]; // prettier-ignore
const NULL = 0, STRING = 1, ESCAPED = 2, NUMBER = 3, TRUE = 4, FALSE = 5, ARRAY = 6, OBJECT = 7; // prettier-ignore
const QUOTE = 34, BACKSLASH = 92, OPEN = 123, CLOSE = 125, BRACKET = 91, BRACKET_END = 93, COMMA = 44, COLON = 58; // prettier-ignore
const UNKNOWN_KEY = -1;

/** An object around others (`{"id":{"orig_h":…}}`), whose members are looked up under `id.orig_h`. */
interface Parent {
  readonly members: TextCache<number>;
}

/**
 * Finds the members of one JSON object by their bytes, without making values of them. Members of an object inside are
 * found under `parent.member`. Objects are checked to be whole and to balance (RFC 8259); the insides of what is
 * skipped are not, so a line that `JSON.parse` would refuse may pass, and never the other way round.
 */
export class FieldScanner {
  bytes: Uint8Array = new Uint8Array(0);
  /** Where a field's value lies: inside its quotes, if it is a string. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly #kinds: Uint8Array;
  /** The line a field was last seen in: nothing has to be wiped between lines. */
  readonly #seen: Uint32Array;
  readonly #keys: TextCache<number>;
  readonly #parents: TextCache<Parent | undefined>;
  #line = 0;
  #at = 0;
  #end = 0;
  #valueStart = 0;
  #valueEnd = 0;

  constructor(names: ReadonlyMap<string, number>, count: number) {
    this.starts = new Uint32Array(count);
    this.ends = new Uint32Array(count);
    this.#kinds = new Uint8Array(count);
    this.#seen = new Uint32Array(count);
    this.#keys = new TextCache((text) => names.get(text) ?? UNKNOWN_KEY, 1 << 10);
    this.#parents = new TextCache((text) => parentOf(text, names), 256);
  }

  /** `false` if the bytes are no JSON object. */
  scan(bytes: Uint8Array, start: number, end: number): boolean {
    this.bytes = bytes;
    this.#line = (this.#line + 1) >>> 0;
    this.#at = start;
    this.#end = end;
    this.#skipBlanks();
    if (!this.#members(undefined)) return false;
    this.#skipBlanks();
    return this.#at === end;
  }

  kind(field: number): JsonKind | undefined {
    return this.#seen[field] === this.#line ? KINDS[this.#kinds[field]!] : undefined;
  }

  /** The value as `JSON.parse` gives it; `undefined` if it is none after all. */
  parse(field: number): unknown {
    const kind = this.#kinds[field];
    const quoted = kind === STRING || kind === ESCAPED ? 1 : 0;
    try {
      return JSON.parse(decodeText(this.bytes, this.starts[field]! - quoted, this.ends[field]! + quoted)); // prettier-ignore
    } catch {
      return undefined;
    }
  }

  /** From `{` to its `}`. */
  #members(parent: Parent | undefined): boolean {
    const { bytes } = this;
    if (bytes[this.#at] !== OPEN || this.#at >= this.#end) return false;
    this.#at++;
    this.#skipBlanks();
    if (this.#at < this.#end && bytes[this.#at] === CLOSE) {
      this.#at++;
      return true;
    }
    while (this.#at < this.#end) {
      if (bytes[this.#at] !== QUOTE || this.#value() > ESCAPED) return false;
      const keyStart = this.#valueStart;
      const keyEnd = this.#valueEnd;
      this.#skipBlanks();
      if (this.#at >= this.#end || bytes[this.#at] !== COLON) return false;
      this.#at++;
      this.#skipBlanks();
      if (!this.#member(parent, keyStart, keyEnd)) return false;
      this.#skipBlanks();
      if (this.#at >= this.#end) return false;
      const next = bytes[this.#at++];
      if (next === CLOSE) return true;
      if (next !== COMMA) return false;
      this.#skipBlanks();
    }
    return false;
  }

  #member(parent: Parent | undefined, keyStart: number, keyEnd: number): boolean {
    const { bytes } = this;
    if (parent === undefined && bytes[this.#at] === OPEN) {
      const inside = this.#parents.ofBytes(bytes, keyStart, keyEnd);
      if (inside !== undefined) return this.#members(inside);
    }
    const kind = this.#value();
    if (kind < 0) return false;
    const field = (parent?.members ?? this.#keys).ofBytes(bytes, keyStart, keyEnd);
    if (field === UNKNOWN_KEY) return true;
    if (kind === NULL) {
      this.#seen[field] = this.#line - 1;
      return true;
    }
    this.#seen[field] = this.#line;
    this.#kinds[field] = kind;
    this.starts[field] = this.#valueStart;
    this.ends[field] = this.#valueEnd;
    return true;
  }

  /** Passes over one value and says what it is; −1 if there is none. */
  #value(): number {
    const { bytes } = this;
    const first = this.#at < this.#end ? bytes[this.#at]! : 0;
    if (first === QUOTE) return this.#string();
    if (first === OPEN || first === BRACKET) return this.#nested(first);
    const start = this.#at;
    let at = start;
    while (at < this.#end && isScalar(bytes[at]!)) at++;
    this.#at = at;
    this.#valueStart = start;
    this.#valueEnd = at;
    if (at === start) return -1;
    if (first === 45 || (first >= 48 && first <= 57)) return NUMBER;
    const text = decodeText(bytes, start, Math.min(at, start + 8));
    return text === 'true' ? TRUE : text === 'false' ? FALSE : text === 'null' ? NULL : -1;
  }

  #string(): number {
    const { bytes } = this;
    const end = this.#end;
    let kind = STRING;
    let at = this.#at + 1;
    this.#valueStart = at;
    for (; at < end; at++) {
      const byte = bytes[at];
      if (byte === QUOTE) {
        this.#valueEnd = at;
        this.#at = at + 1;
        return kind;
      }
      if (byte === BACKSLASH) {
        kind = ESCAPED;
        at++;
      }
    }
    return -1;
  }

  /** Brackets are counted, of both kinds together: depth costs no stack. */
  #nested(first: number): number {
    const { bytes } = this;
    const start = this.#at;
    let depth = 0;
    while (this.#at < this.#end) {
      const byte = bytes[this.#at]!;
      if (byte === QUOTE) {
        if (this.#string() < 0) return -1;
        continue;
      }
      this.#at++;
      if (byte === OPEN || byte === BRACKET) depth++;
      else if (byte === CLOSE || byte === BRACKET_END) depth--;
      if (depth === 0) {
        this.#valueStart = start;
        this.#valueEnd = this.#at;
        return first === OPEN ? OBJECT : ARRAY;
      }
    }
    return -1;
  }

  #skipBlanks(): void {
    while (this.#at < this.#end) {
      const byte = this.bytes[this.#at]!;
      if (byte !== 32 && byte !== 9 && byte !== 13) return;
      this.#at++;
    }
  }
}

function isScalar(byte: number): boolean {
  return byte > 32 && byte !== COMMA && byte !== CLOSE && byte !== BRACKET_END && byte !== QUOTE && byte !== COLON; // prettier-ignore
}

function parentOf(name: string, names: ReadonlyMap<string, number>): Parent | undefined {
  const isParent = [...names.keys()].some((key) => key.startsWith(`${name}.`));
  if (!isParent) return undefined;
  return { members: new TextCache((text) => names.get(`${name}.${text}`) ?? UNKNOWN_KEY, 64) };
}
