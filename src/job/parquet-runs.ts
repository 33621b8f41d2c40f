/** Bytes that are read one after another; `RangeError` behind the last. */
export class RunBytes {
  readonly bytes: Uint8Array;
  at: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    if (!(start >= 0 && end >= start && end <= bytes.length))
      throw new RangeError('bytes cut short');
    this.bytes = bytes;
    this.at = start;
    this.#end = end;
  }

  get left(): number {
    return this.#end - this.at;
  }

  byte(): number {
    if (this.left < 1) throw new RangeError('bytes cut short');
    return this.bytes[this.at++]!;
  }

  /** ULEB128 of `mostBytes` at most. */
  varint(mostBytes: number): number {
    let value = 0;
    for (let i = 0, unit = 1; i < mostBytes; i++, unit *= 128) {
      const byte = this.byte();
      value += (byte & 127) * unit;
      if (byte < 128) return value;
    }
    throw new RangeError('a number of too many bytes');
  }

  uint32(): number {
    return this.byte() + this.byte() * 0x100 + this.byte() * 0x10000 + this.byte() * 0x1000000;
  }

  pass(length: number): void {
    if (!(length >= 0 && length <= this.left)) throw new RangeError('bytes cut short');
    this.at += length;
  }
}

/**
 * Walks over `count` values in Parquet's hybrid of run lengths and packed bits (Encodings.md, RLE = 3) and gives how many
 * of them are 1, where `width` is 1. Throws `RangeError` if runs are of more values than there are, or of fewer.
 */
export function walkRuns(run: RunBytes, width: number, count: number): number {
  if (width > 32) throw new RangeError(`values of ${width} bits`);
  let ones = 0;
  for (let seen = 0; seen < count;) {
    const header = run.varint(5);
    const length = Math.floor(header / 2);
    if (header % 2 === 0) {
      if (length > count - seen) throw new RangeError('a run of more values than there are');
      const first = width === 0 ? 0 : run.byte();
      if (width > 8) run.pass(((width + 7) >> 3) - 1);
      if (first === 1) ones += length;
      seen += length;
      continue;
    }
    // Groups of eight: the last ones are filled up, by DuckDB to 32 values.
    if (length < 1 || (width === 0 && length > count)) throw new RangeError('packed values of another number'); // prettier-ignore
    const start = run.at;
    run.pass(length * width);
    const values = Math.min(length * 8, count - seen);
    if (width === 1) ones += onesOf(run.bytes, start, values);
    seen += values;
  }
  return ones;
}

function onesOf(bytes: Uint8Array, start: number, bits: number): number {
  let ones = 0;
  for (let i = 0; i < bits; i += 8) {
    let byte = bytes[start + (i >> 3)]!;
    if (bits - i < 8) byte &= (1 << (bits - i)) - 1;
    for (; byte !== 0; byte &= byte - 1) ones++;
  }
  return ones;
}

/** Writers make blocks of 128 values in 4 parts. */
const MOST_BLOCK = 1 << 16;

/** Walks over `count` values as differences (Encodings.md, DELTA_BINARY_PACKED = 5). */
export function walkDeltas(run: RunBytes, count: number): void {
  const block = run.varint(5);
  const parts = run.varint(5);
  const perPart = block / parts;
  run.varint(5);
  run.varint(10);
  if (!(block <= MOST_BLOCK && Number.isInteger(perPart) && perPart >= 8 && perPart % 8 === 0)) {
    throw new RangeError(`blocks of ${block} values in ${parts} parts`);
  }
  for (let seen = 1; seen < count;) {
    run.varint(10);
    const widths = run.at;
    run.pass(parts);
    for (let part = 0; part < parts && seen < count; part++, seen += perPart) {
      const width = run.bytes[widths + part]!;
      if (width > 64) throw new RangeError(`differences of ${width} bits`);
      run.pass(Math.min(run.left, (perPart * width) / 8));
    }
  }
}
