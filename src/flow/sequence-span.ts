/**
 * What the sequence numbers of one direction's data segments span. Positions are unwrapped from segment to segment:
 * each begins where the one before ended, plus the difference of their 32-bit numbers taken as signed. So the span
 * of two stretches is a function of theirs alone, whatever the numbers and wherever a capture was cut.
 */
export interface SequenceSpan {
  /** Sequence number of the first segment, and the one behind the last. */
  readonly first: number;
  readonly last: number;
  /** From the first segment's beginning to the last one's end, in bytes; negative if it went back. */
  readonly reach: number;
  /** From the lowest beginning to the last end, and from there on to the highest end. */
  readonly below: number;
  readonly above: number;
}

/** Both stretches, `earlier` before `later` in the capture. */
export function mergeSpans(
  earlier: SequenceSpan | undefined,
  later: SequenceSpan | undefined,
): SequenceSpan | undefined {
  if (earlier === undefined || later === undefined) return earlier ?? later;
  const shift = ((later.first - earlier.last) | 0) + later.reach;
  return {
    first: earlier.first,
    last: later.last,
    reach: earlier.reach + shift,
    below: Math.max(earlier.below + shift, later.below),
    above: Math.max(earlier.above - shift, later.above),
  };
}

/**
 * Payload bytes that were sent, from those that came: what came twice is not counted twice. Neither is more than
 * the numbers span (a retransmission, a keep-alive's byte), nor more than came (a gap).
 */
export function payloadOf(bytes: number, span: SequenceSpan | undefined): number {
  return span === undefined ? bytes : Math.min(bytes, span.below + span.above);
}
