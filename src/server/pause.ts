import { setImmediate } from 'node:timers/promises';

/** The values, with a turn for other requests before each: judging one host takes about 1 ms. */
export async function* withPauses<T>(values: Iterable<T>): AsyncGenerator<T> {
  for (const value of values) {
    await setImmediate();
    yield value;
  }
}
