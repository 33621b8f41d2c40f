import { randomInt } from 'node:crypto';

/** Drawn anew by every process: nobody can send packets whose flows all fall into one place of the flow table. */
export const hashSeed = randomInt(2 ** 31);
