const MOST_NAMES = 0xffff;

/** Small numbers for names, at most 65,535; 0 is none, and what one name too many gets. */
export class NameNumbers {
  readonly names: string[] = [''];
  readonly #numbers = new Map<string, number>([['', 0]]);
  #lastName = '';
  #lastNumber = 0;

  numberOf(name: string): number {
    if (name === this.#lastName) return this.#lastNumber;
    this.#lastName = name;
    this.#lastNumber = this.#lookUp(name);
    return this.#lastNumber;
  }

  #lookUp(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    if (this.names.length > MOST_NAMES) return 0;
    this.#numbers.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
}
