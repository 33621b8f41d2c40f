import { RapsheetError } from '../errors.ts';

/** What travels between the stages of a job: keys meet in a shuffle, values of one key come in any order. */
export interface JobRecord {
  readonly key: string;
  readonly value: Uint8Array;
}

/** Gives a record away. The value may be overwritten afterwards. */
export type Put = (key: string, value: Uint8Array) => void;

/** Bytes that are no records of a job, or not all of them: the stage cannot go on. */
export class WireError extends RapsheetError {
  constructor(message: string) {
    super('JOB_FAILED', message);
    this.name = 'WireError';
  }
}

/**
 * The records of each key, which come one after another. A group has to be read to its end before the next is asked
 * for; what is left of it is passed over.
 */
export function* groupsByKey(
  records: Iterable<JobRecord>,
): Generator<readonly [key: string, values: Iterable<Uint8Array>]> {
  const source = records[Symbol.iterator]();
  let next = source.next();
  while (next.done !== true) {
    const { key } = next.value;
    function* values(): Generator<Uint8Array> {
      while (next.done !== true && next.value.key === key) {
        const { value } = next.value;
        yield value;
        next = source.next();
      }
    }
    const group = values();
    yield [key, group];
    while (group.next().done !== true);
  }
}
