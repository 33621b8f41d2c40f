/** Something that reads bytes nobody vouches for, and what must be so whatever they are. */
export interface FuzzTarget {
  readonly name: string;
  /** Longer inputs are not tried. */
  readonly maxLength: number;
  /** Well-formed inputs, made by this project. */
  readonly seeds: () => readonly Uint8Array[];
  /** The same out of bytes of a real capture, used only while a run lasts. */
  readonly seedsOfCapture?: (capture: Uint8Array) => readonly Uint8Array[];
  /**
   * Reads the input in every way that must give the same, and throws when something is not as it should be. Gives a
   * number for what happened (see `Outcome`): an input that leads to a new one is mutated further.
   */
  readonly run: (input: Uint8Array) => number | Promise<number>;
}

/** A property that does not hold. */
export class BrokenProperty extends Error {
  override readonly name = 'BrokenProperty';
}

export function mustHold(holds: boolean, what: string): void {
  if (!holds) throw new BrokenProperty(what);
}

const MARGIN = 256;

/**
 * Puts the bytes between two kinds of surroundings and reads them twice: a reader that looks outside its slice gives
 * two answers. `read` gets a view, and the byte the surroundings are filled with.
 */
export function inTwoPlaces(
  input: Uint8Array,
  read: (view: Uint8Array, filler: number) => number,
): void {
  const first = read(placed(input, 0), 0);
  const second = read(placed(input, 0xff), 0xff);
  mustHold(first === second, 'bytes outside the input change the result');
}

/** A copy in the middle of a buffer of its own, with `filler` around it. */
function placed(input: Uint8Array, filler: number): Uint8Array {
  const buffer = new Uint8Array(input.length + 2 * MARGIN);
  if (filler !== 0) {
    buffer.fill(filler, 0, MARGIN);
    buffer.fill(filler, MARGIN + input.length);
  }
  buffer.set(input, MARGIN);
  return buffer.subarray(MARGIN, MARGIN + input.length);
}

/** Cuts that depend on the input alone, so that a crash can be repeated: few or many, up to byte by byte. */
export function cutsOf(input: Uint8Array): number[] {
  let state = input.length + 1;
  for (let i = 0; i < input.length; i += 1 + (input.length >>> 5)) {
    state = (Math.imul(state, 31) + input[i]!) >>> 0;
  }
  const largest = [1, 7, 40, 300, 5000][state % 5]!;
  const cuts: number[] = [];
  for (let at = 0; at < input.length;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    at += 1 + ((state >>> 8) % largest);
    if (at < input.length) cuts.push(at);
  }
  return cuts;
}

/** Hands over the chunks in one buffer that is overwritten for the next: who kept a chunk reads nonsense. */
export function eachChunk(
  input: Uint8Array,
  cuts: readonly number[],
  filler: number,
  use: (chunk: Uint8Array) => void,
): void {
  const buffer = new Uint8Array(input.length + 2 * MARGIN).fill(filler, 0, MARGIN);
  let from = 0;
  let before = MARGIN;
  for (let i = 0; i <= cuts.length; i++) {
    const to = cuts[i] ?? input.length;
    const end = MARGIN + to - from;
    buffer.set(input.subarray(from, to), MARGIN);
    buffer.fill(filler, end, Math.max(end, before) + MARGIN);
    before = end;
    use(buffer.subarray(MARGIN, end));
    from = to;
  }
}

/** The same for readers that ask for the next chunk themselves. */
export async function* chunkStream(
  input: Uint8Array,
  cuts: readonly number[],
): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (let i = 0; i <= cuts.length; i++) {
    const to = cuts[i] ?? input.length;
    yield await Promise.resolve(input.slice(from, to));
    from = to;
  }
}
