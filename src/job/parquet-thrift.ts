/** A structure of Thrift's compact protocol: its fields by number. Bytes stay where they are. */
export interface ThriftStruct {
  readonly fields: ReadonlyMap<number, ThriftValue>;
  /** Where the bytes behind it begin. */
  readonly end: number;
}

/** `'other'` is a list, a text or a fraction. */
type ThriftValue = number | boolean | 'other' | ThriftStruct;

/** Parquet's structures are nested seven deep, and their fields are numbered up to 20 (parquet.thrift). */
const MOST_DEPTH = 24;
const MOST_FIELD = 255;
/** An object is made of each structure: 1,000 row groups of 100 columns have 600,000. */
const MOST_STRUCTS = 1 << 20;
const MOST_VALUES = 1 << 22;

const STOP = 0, TRUE = 1, FALSE = 2, BYTE = 3, I64 = 6, DOUBLE = 7, BINARY = 8, LIST = 9, STRUCT = 12; // prettier-ignore

/**
 * Reads the structure that begins at `start`. Throws `RangeError` for bytes of which a reader that trusts them would
 * make more than they are: lists longer than what is left, numbers of many bytes, structures in structures without end.
 * Of lists and texts nothing is kept.
 */
export function readThrift(bytes: Uint8Array, start: number): ThriftStruct {
  const walk = new ThriftWalk(bytes, start);
  const fields = walk.struct(0);
  return { fields, end: walk.at };
}

/** A number that has to be there, and whole and not negative. */
export function thriftCount(struct: ThriftStruct | undefined, field: number): number {
  const value = struct?.fields.get(field);
  if (typeof value === 'number' && value >= 0) return value;
  throw new RangeError('a page of no whole number of bytes or values');
}

/** A structure in a structure. */
export function thriftStruct(struct: ThriftStruct, field: number): ThriftStruct | undefined {
  const value = struct.fields.get(field);
  return typeof value === 'object' ? value : undefined;
}

class ThriftWalk {
  readonly #bytes: Uint8Array;
  at: number;
  #structs = 0;
  #values = 0;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.at = start;
  }

  struct(depth: number): Map<number, ThriftValue> {
    if (depth > MOST_DEPTH) throw new RangeError('structures nested too deep');
    if (++this.#structs > MOST_STRUCTS) throw new RangeError('too many structures');
    const fields = new Map<number, ThriftValue>();
    let field = 0;
    for (;;) {
      const head = this.#byte();
      const type = head & 15;
      if (type === STOP) return fields;
      field = head >> 4 === 0 ? this.#whole() : field + (head >> 4);
      if (!(field > 0 && field <= MOST_FIELD)) throw new RangeError(`a field of number ${field}`);
      const value = this.#value(type, depth);
      fields.set(field, value);
    }
  }

  #value(type: number, depth: number): ThriftValue {
    if (++this.#values > MOST_VALUES) throw new RangeError('too many values');
    switch (type) {
      case TRUE:
      case FALSE:
        return type === TRUE;
      case BYTE:
        return (this.#byte() << 24) >> 24;
      case 4:
      case 5:
      case I64:
        return this.#whole();
      case DOUBLE:
        this.#pass(8);
        return 'other';
      case BINARY:
        this.#pass(this.#varint());
        return 'other';
      case LIST:
        this.#list(depth);
        return 'other';
      case STRUCT: {
        const fields = this.struct(depth + 1);
        return { fields, end: this.at };
      }
      default:
        throw new RangeError(`a value of type ${type}`);
    }
  }

  #list(depth: number): void {
    const head = this.#byte();
    const type = head & 15;
    const length = head >> 4 === 15 ? this.#varint() : head >> 4;
    if (length > this.#bytes.length - this.at) throw new RangeError('a list longer than its bytes');
    for (let i = 0; i < length; i++) {
      // In a list a truth value has a byte of its own.
      this.#value(type === TRUE || type === FALSE ? BYTE : type, depth);
    }
  }

  /** Zigzag. */
  #whole(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** Beyond 2⁵³ it is rounded: nothing in a file is so long. */
  #varint(): number {
    let value = 0;
    let unit = 1;
    for (let i = 0; i < 10; i++) {
      const byte = this.#byte();
      value += (byte & 127) * unit;
      if (byte < 128) return value;
      unit *= 128;
    }
    throw new RangeError('a number of too many bytes');
  }

  #pass(length: number): void {
    if (length > this.#bytes.length - this.at) throw new RangeError('bytes cut short');
    this.at += length;
  }

  #byte(): number {
    const byte = this.#bytes[this.at++];
    if (byte === undefined) throw new RangeError('bytes cut short');
    return byte;
  }
}
