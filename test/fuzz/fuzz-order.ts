import type { Entry } from './fuzzer.ts';

/** What one worker is told to do. */
export interface FuzzOrder {
  readonly target: string;
  readonly seed: number;
  readonly milliseconds: number;
  /** In place of time. */
  readonly executions: number | undefined;
  /** Where the input being read is kept: its length, a count of executions, then its bytes. */
  readonly shared: SharedArrayBuffer;
  readonly realData: string;
  /** Of a scout that went before; without it this is the scout. */
  readonly corpus: readonly Entry[] | undefined;
}

export const SHARED_HEADER = 8;

/** What a worker tells at its end. */
export interface FuzzDone {
  readonly executions: number;
  readonly covered: number;
  readonly slowestMs: number;
  readonly corpus: readonly Entry[];
}
