/** What a document that is one object keeps its records in: Azure, CloudTrail, exports of other tools. */
const LISTS: ReadonlySet<string> = new Set(['records', 'Records', 'events', 'Events', 'value']);
/** A longer record is cut, so that no line is made of it. */
export const MOST_RECORD_BYTES = 1 << 25;
const MOST_KEY = 16;

const QUOTE = 34, BACKSLASH = 92, OPEN = 123, CLOSE = 125, BRACKET = 91, BRACKET_END = 93, COMMA = 44, COLON = 58, NEWLINE = 10; // prettier-ignore

type State = 'between' | 'record' | 'other' | 'tail';

/** True for JSON that is not one object a line: a list, an object over several lines, an object around a list. */
export function isFolded(head: string): boolean {
  // evtx_dump numbers its records.
  const text = head.trimStart().replace(/^Record \d{1,10}\s+(?=\{)/, '');
  if (text.startsWith('[')) return /^\[\s*\{/.test(text);
  if (!text.startsWith('{')) return false;
  const around = /^\{[^{}[\]]{0,400}?"(\w{1,16})"\s*:\s*\[\s*\{/.exec(text);
  if (around !== null && LISTS.has(around[1]!)) return true;
  const end = text.indexOf('\n');
  return end >= 0 && !text.slice(0, end).trimEnd().endsWith('}');
}

/**
 * Writes the records of JSON documents a line each, in pieces cut anywhere: elements of a list, of the list in an object
 * (`LISTS`), and objects over several lines. What is no JSON stays a line of its own. Memory: one record, 32 MiB at most.
 */
export class JsonRecords {
  readonly #onLines: (bytes: Uint8Array) => void;
  #state: State = 'between';
  #record = new Uint8Array(1 << 14);
  #length = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** The last byte of the record that is no blank. */
  #last = 0;
  /** The record may turn out to be an object around a list. */
  #isOutermost = true;
  #inList = false;
  /** The last string at depth 1, as long as it may be the name of a list. */
  #keyStart = -1;
  #key = '';

  constructor(onLines: (bytes: Uint8Array) => void) {
    this.#onLines = onLines;
  }

  push(bytes: Uint8Array): void {
    for (const byte of bytes) this.#byte(byte);
  }

  end(): void {
    if (this.#length > 0) this.#line();
  }

  #byte(byte: number): void {
    switch (this.#state) {
      case 'between':
        this.#between(byte);
        break;
      case 'record':
        this.#inRecord(byte);
        break;
      case 'other':
        if (byte === NEWLINE) this.#line();
        else this.#keep(byte);
        break;
      case 'tail':
        this.#pass(byte);
        if (this.#depth === 0) this.#begin();
        break;
    }
  }

  #begin(): void {
    this.#state = 'between';
    this.#isOutermost = true;
    this.#inList = false;
  }

  #between(byte: number): void {
    if (byte <= 32 || byte === COMMA || byte === BRACKET) return;
    if (byte === BRACKET_END) {
      if (!this.#inList) return;
      this.#state = 'tail';
      this.#depth = 1;
      return;
    }
    this.#length = 0;
    this.#keep(byte);
    this.#state = byte === OPEN ? 'record' : 'other';
    this.#last = byte;
    this.#depth = 1;
    this.#key = '';
    this.#keyStart = -1;
  }

  #inRecord(byte: number): void {
    if (this.#isBroken(byte)) {
      this.#line();
      this.#between(byte);
      return;
    }
    if (!this.#inString && byte <= 32) return;
    this.#last = byte;
    const isWatched = this.#depth === 1 && this.#isOutermost && !this.#inList;
    this.#keep(byte);
    if (isWatched && this.#isListAt(byte)) {
      this.#inList = true;
      this.#length = 0;
      this.#state = 'between';
      return;
    }
    this.#pass(byte);
    if (this.#depth === 0) this.#line();
  }

  /** What JSON never has: a line that ends in a string, an object that follows nothing. The record before was cut. */
  #isBroken(byte: number): boolean {
    if (this.#inString) return byte === NEWLINE;
    return byte === OPEN && this.#last !== COLON && this.#last !== COMMA && this.#last !== BRACKET;
  }

  /** A name of `LISTS`, a colon and a bracket. */
  #isListAt(byte: number): boolean {
    if (byte === QUOTE && !this.#escaped) {
      if (!this.#inString) this.#keyStart = this.#length;
      else this.#key = this.#textFrom(this.#keyStart);
      return false;
    }
    if (this.#inString || byte === COLON) return false;
    const isList = byte === BRACKET && LISTS.has(this.#key);
    this.#key = '';
    return isList;
  }

  #textFrom(start: number): string {
    const end = this.#length - 1;
    return end - start > MOST_KEY ? '' : String.fromCharCode(...this.#record.subarray(start, end));
  }

  /** Follows strings and brackets of both kinds. */
  #pass(byte: number): void {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#inString = false;
    } else if (byte === QUOTE) this.#inString = true;
    else if (byte === OPEN || byte === BRACKET) this.#depth++;
    else if (byte === CLOSE || byte === BRACKET_END) this.#depth--;
  }

  #keep(byte: number): void {
    if (this.#length >= MOST_RECORD_BYTES) return;
    if (this.#length === this.#record.length) {
      const wider = new Uint8Array(2 * this.#record.length);
      wider.set(this.#record);
      this.#record = wider;
    }
    this.#record[this.#length++] = byte;
  }

  #line(): void {
    const line = new Uint8Array(this.#length + 1);
    line.set(this.#record.subarray(0, this.#length));
    line[this.#length] = NEWLINE;
    this.#length = 0;
    this.#inString = false;
    this.#escaped = false;
    this.#state = 'between';
    this.#onLines(line);
  }
}
