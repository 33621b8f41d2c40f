/** How far a pitfall was kept out of: not at all, in part, or as far as data can show. */
export type PitfallState = 'answered' | 'partly' | 'open';

/** One of the ten pitfalls of Arp et al. (USENIX Security 2022), and what is so of this model. */
export interface Pitfall {
  readonly number: number;
  readonly name: string;
  readonly state: PitfallState;
  /** From facts of the run. */
  readonly answer: string;
}
