/** Sets of 0 … count − 1 that only ever join (union–find, Tarjan 1975): each is known by its smallest member. */
export class DisjointSets {
  readonly #parents: Uint32Array;

  constructor(count: number) {
    this.#parents = Uint32Array.from({ length: count }, (_, member) => member);
  }

  /** The smallest member of the set that `member` is in. */
  find(member: number): number {
    const parents = this.#parents;
    let at = member;
    while (parents[at] !== at) {
      parents[at] = parents[parents[at]!]!; // halves the way for the next
      at = parents[at]!;
    }
    return at;
  }

  /** False if they were in one set already. */
  join(a: number, b: number): boolean {
    const first = this.find(a);
    const second = this.find(b);
    if (first === second) return false;
    this.#parents[Math.max(first, second)] = Math.min(first, second);
    return true;
  }
}
