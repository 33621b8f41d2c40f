import type { CaptureDecoder } from '../../capture/capture-decoder.ts';
import { findRanges, nextRecord, type SeekableBytes } from '../../capture/capture-ranges.ts';
import type { TrafficSink } from '../../flow/event.ts';
import type { FlowPart } from '../../flow/flow-part.ts';
import { CaptureSequence } from '../../flow/read-capture.ts';
import { hashSeed } from '../hash-seed.ts';
import { TAIL_BYTES, type Section } from './section.ts';

/** What a range of a capture holds beside what went into the sink. */
export interface CaptureSectionRead {
  readonly part: FlowPart;
  readonly packets: number;
  /** The latest packet; `-Infinity` without one. */
  readonly lastUs: number;
  /** Where its first record begins, and the next range's. */
  readonly from: number;
  readonly to: number;
  /**
   * It ends where the next one begins, for sure: both places were found in the same bytes by the same rule, and the
   * records from the one led to the other.
   */
  readonly isExact: boolean;
}

/**
 * Reads the records of a range that may begin and end anywhere in the file. `undefined` if the file's head does not
 * say how its records are to be read.
 */
export function readCaptureSection(
  section: Section,
  head: Uint8Array,
  sink: TrafficSink,
): CaptureSectionRead | undefined {
  const headers = findRanges(fixedBytes(head, 0, head.length), 1)?.headers;
  if (headers === undefined) return undefined;
  return new CaptureSection(section, headers, sink).read();
}

class CaptureSection {
  readonly #section: Section;
  readonly #headers: Uint8Array;
  readonly #sink: TrafficSink;
  /** Of the section, in the file. */
  readonly #end: number;
  /** Bytes around the beginning, then those behind the end. */
  #kept: Uint8Array;
  #keptFrom: number;
  #keptLength = 0;

  constructor(section: Section, headers: Uint8Array, sink: TrafficSink) {
    this.#section = section;
    this.#headers = headers;
    this.#sink = sink;
    this.#end = section.start + section.length;
    this.#keptFrom = section.start - section.lead;
    const most = section.lead + section.length + section.tail;
    this.#kept = new Uint8Array(Math.min(most, section.lead + TAIL_BYTES));
  }

  read(): CaptureSectionRead {
    const { start, size } = this.#section;
    const chunks = this.#section.chunks[Symbol.iterator]();
    const rest = this.#keepFrom(chunks);
    const from = this.#recordAt(start);
    const { sequence, before } = this.#warmUp(from);
    const decoder = sequence.decoder();
    decoder.push(this.#headers);
    decoder.headersEnd();
    if (start > 0) decoder.resume(before);
    this.#pushOwn(decoder, from, rest, chunks);
    const to = this.#end === size ? size : this.#recordAt(this.#end);
    const isReached = to <= this.#keptFrom + this.#keptLength;
    if (isReached && from <= to) {
      decoder.push(this.#kept.subarray(Math.max(from, this.#end) - this.#keptFrom, to - this.#keptFrom)); // prettier-ignore
    }
    const isLast = this.#end === size;
    const isWhole = isReached && from <= to && decoder.isWhole && decoder.isIndependent;
    const { packets } = sequence.endCapture(decoder, isLast);
    const { lastUs } = sequence;
    return { part: sequence.endPart(!isLast), packets, lastUs, from, to, isExact: isLast || isWhole }; // prettier-ignore
  }

  /** Fills what is kept; gives what of the last chunk did not fit. */
  #keepFrom(chunks: Iterator<Uint8Array>): Uint8Array {
    while (this.#keptLength < this.#kept.length) {
      const next = chunks.next();
      if (next.done === true) break;
      const room = this.#kept.length - this.#keptLength;
      this.#keep(next.value.subarray(0, room));
      if (next.value.length > room) return next.value.subarray(room);
    }
    return new Uint8Array(0);
  }

  #keep(bytes: Uint8Array): void {
    this.#kept.set(bytes, this.#keptLength);
    this.#keptLength += bytes.length;
  }

  /** What stands before the range tells of messages and datagrams that begin there and end in it. */
  #warmUp(from: number): { sequence: CaptureSequence; before: CaptureDecoder | undefined } {
    const { start, lead } = this.#section;
    const sequence = new CaptureSequence(this.#sink, { part: true, hashSeed });
    if (lead === 0) return { sequence, before: undefined };
    const warmFrom = this.#recordAt(start - lead);
    const decoder = sequence.warmUpDecoder();
    decoder.push(this.#headers);
    decoder.resume();
    const to = Math.min(from, this.#keptFrom + this.#keptLength);
    decoder.push(this.#kept.subarray(Math.min(warmFrom, to) - this.#keptFrom, to - this.#keptFrom));
    if (decoder.isWhole) return { sequence, before: decoder };
    // The place it began at was no record: what was made of it is worth nothing.
    return {
      sequence: new CaptureSequence(this.#sink, { part: true, hashSeed }),
      before: decoder,
    };
  }

  /** Pushes everything from `from` on to the section's end, and keeps what is behind that. */
  #pushOwn(
    decoder: CaptureDecoder,
    from: number,
    rest: Uint8Array,
    chunks: Iterator<Uint8Array>,
  ): void {
    const keptTo = this.#keptFrom + this.#keptLength;
    const ownTo = Math.min(keptTo, this.#end);
    if (from < ownTo)
      decoder.push(this.#kept.subarray(from - this.#keptFrom, ownTo - this.#keptFrom));
    const behind = this.#kept.slice(Math.min(this.#keptLength, this.#end - this.#keptFrom), this.#keptLength); // prettier-ignore
    this.#kept = new Uint8Array(Math.max(behind.length, this.#section.tail));
    this.#keptFrom = this.#end;
    this.#keptLength = 0;
    this.#keep(behind);
    let at = keptTo;
    for (let chunk = rest; ;) {
      const own = Math.max(0, Math.min(chunk.length, this.#end - at));
      // Where no record begins in all of the range, none of it is its own.
      if (own > 0 && at >= from) decoder.push(chunk.subarray(0, own));
      else if (own > 0 && at + own > from) decoder.push(chunk.subarray(from - at, own));
      if (own < chunk.length) this.#keep(chunk.subarray(own));
      at += chunk.length;
      const next = chunks.next();
      if (next.done === true) return;
      chunk = next.value;
    }
  }

  /** The place from which on whoever begins at `offset` reads: the same for all who ask. */
  #recordAt(offset: number): number {
    if (offset <= this.#headers.length) return this.#headers.length;
    const source = fixedBytes(this.#kept.subarray(0, this.#keptLength), this.#keptFrom, this.#section.size); // prettier-ignore
    return nextRecord(source, this.#headers, offset);
  }
}

/** Some bytes of a file that is `size` long, the first of them at `from`. */
function fixedBytes(bytes: Uint8Array, from: number, size: number): SeekableBytes {
  return {
    size,
    readAt: (offset, length) => bytes.subarray(offset - from, offset - from + length),
  };
}
