import type { SequenceSpan } from './sequence-span.ts';

/** Of a row: two spans, then what only parts need. */
const ROW = 16;
const SPAN = 6;
const FIRST = 0;
const LAST = 1;
const REACH = 2;
const BELOW = 3;
const ABOVE = 4;
/** 1 where the span is kept here, 0 where the segments came in order and the flow's row says it all. */
const IS_KEPT = 5;

/** Floats of a row that `FlowTable` uses for stretches at the edge of a part. */
export const FIRST_US = 12;
export const RUN_FIRST_US = 13;
export const RUN_END_US = 14;
export const RUN_HIGH = 15;

/** What few flows need: the spans of directions whose segments were not all in order, and the edges of parts. */
export class FlowExtras {
  numbers = new Float64Array(64 * ROW);
  #used = 1; // 0 is none
  readonly #free: number[] = [];

  /** An emptied row. */
  take(): number {
    const row = this.#free.pop() ?? this.#used++;
    if ((row + 1) * ROW > this.numbers.length) {
      const wider = new Float64Array(this.numbers.length * 2);
      wider.set(this.numbers);
      this.numbers = wider;
    }
    this.numbers.fill(0, row * ROW, (row + 1) * ROW);
    return row;
  }

  give(row: number): void {
    this.#free.push(row);
  }

  /** Where a float of a row stands in `numbers`. */
  place(row: number, field: number): number {
    return row * ROW + field;
  }

  dropSpans(row: number): void {
    this.numbers.fill(0, row * ROW, row * ROW + 2 * SPAN);
  }

  keepsSpan(row: number, side: number): boolean {
    return this.numbers[row * ROW + side * SPAN + IS_KEPT] === 1;
  }

  /** Takes over a span of `bytes` in order that ends before sequence number `next`. */
  beginSpan(row: number, side: number, next: number, bytes: number): void {
    const { numbers } = this;
    const at = row * ROW + side * SPAN;
    numbers[at + FIRST] = (next - bytes) >>> 0;
    numbers[at + LAST] = next >>> 0;
    numbers[at + REACH] = bytes;
    numbers[at + BELOW] = bytes;
    numbers[at + ABOVE] = 0;
    numbers[at + IS_KEPT] = 1;
  }

  /** Adds a segment to a span that is kept: `mergeSpans` with the segment's own. */
  addSegment(row: number, side: number, start: number, length: number): void {
    const { numbers } = this;
    const at = row * ROW + side * SPAN;
    const shift = ((start - numbers[at + LAST]!) | 0) + length;
    numbers[at + LAST] = (start + length) >>> 0;
    numbers[at + REACH]! += shift;
    numbers[at + BELOW] = Math.max(numbers[at + BELOW]! + shift, length);
    numbers[at + ABOVE] = Math.max(numbers[at + ABOVE]! - shift, 0);
  }

  span(row: number, side: number): SequenceSpan {
    const { numbers } = this;
    const at = row * ROW + side * SPAN;
    return {
      first: numbers[at + FIRST]!,
      last: numbers[at + LAST]!,
      reach: numbers[at + REACH]!,
      below: numbers[at + BELOW]!,
      above: numbers[at + ABOVE]!,
    };
  }
}
