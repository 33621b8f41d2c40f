import { toTextKey } from '../stats/text-key.ts';

/**
 * Texts by number, each once, for as long as somebody holds it: whoever sends the traffic chooses them, so they
 * must not outlive the rows that name them.
 */
export class TextPool {
  readonly #ids = new Map<string, number>([['', 0]]);
  readonly #texts: string[] = [''];
  readonly #holders: number[] = [1]; // the empty text is nobody's and stays
  readonly #free: number[] = [];
  #lastText = '';
  #lastId = 0;

  /** The number of the text in its kept form, which is now held once more. */
  take(text: string): number {
    if (text === '') return 0;
    if (text === this.#lastText) {
      this.#holders[this.#lastId]!++;
      return this.#lastId;
    }
    const id = this.#ids.get(text) ?? this.#idOfKey(toTextKey(text));
    this.#holders[id]!++;
    this.#lastText = this.#texts[id]!;
    this.#lastId = id;
    return id;
  }

  text(id: number): string {
    return this.#texts[id]!;
  }

  /** Undoes one `take`. */
  give(id: number): void {
    if (id === 0 || --this.#holders[id]! > 0) return;
    this.#ids.delete(this.#texts[id]!);
    this.#texts[id] = '';
    this.#free.push(id);
    if (id === this.#lastId) this.#lastText = '';
  }

  get size(): number {
    return this.#ids.size;
  }

  #idOfKey(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const id = this.#free.pop() ?? this.#texts.length;
    this.#texts[id] = text;
    this.#holders[id] = 0;
    this.#ids.set(text, id);
    return id;
  }
}
