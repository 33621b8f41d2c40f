/** Longest record or block that is gathered, whatever a file says of itself: 16 MiB. */
export const MOST_RECORD_LENGTH = 1 << 24;

/** libpcap's own limit, which a stated snap length may only raise. */
export const USUAL_SNAP_LENGTH = 1 << 18;

/** A capture format as a run of units (headers, records, blocks) that each say how long they are. */
export interface RecordReader {
  /** Bytes that must be there before `unitLength` may be asked. */
  readonly headerLength: number;
  /** The unit whose length was asked last is odd: it is read if a likely one follows it. */
  readonly doubted: boolean;
  /** Length of the unit that begins at `offset`, at least `headerLength`; 0 if it cannot be one. */
  unitLength(view: DataView, offset: number): number;
  /** True for a unit whose body is not wanted: it need not be whole to be passed over. */
  skips(view: DataView, offset: number): boolean;
  /** Reads a whole unit (of one that it skips, the header is enough); false if nothing behind it can be trusted. */
  read(view: DataView, offset: number, length: number): boolean;
  /**
   * Reads whole units from `offset` on as long as they are ordinary and end before `end`: what `unitLength` and `read`
   * would do, without a question for each. Gives where the first stands that it left alone.
   */
  readRun(view: DataView, offset: number, end: number): number;
  /** Whether the header at `offset` looks like one, and so speaks for the doubted unit at `previous` before it. */
  isLikely(view: DataView, offset: number, previous: number): boolean;
  /**
   * For those who seek where units begin again: length of the one at `offset` if it is most likely one, and one
   * that follows that at `previous` (-1: nothing is known of what stands before it); 0 if not; -1 if that cannot
   * be told from the bytes before `end`. Reads and remembers nothing.
   */
  seekLength(view: DataView, offset: number, end: number, previous: number): number;
}
