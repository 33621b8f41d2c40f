/** LZ4 Frame Format 1.6.4: the magic numbers of a frame, of the legacy format, and of frames to skip. */
const FRAME_MAGIC = 0x184d2204;
const LEGACY_MAGIC = 0x184c2102;
const SKIPPABLE_MAGIC = 0x184d2a50;

const LEGACY_BLOCK = 8 << 20;
/** What the largest block can grow to if it does not compress (LZ4_compressBound). */
const MOST_LEGACY_BYTES = LEGACY_BLOCK + Math.floor(LEGACY_BLOCK / 255) + 16;
/** How far back a match reaches: what linked blocks need of those before them. */
const WINDOW = 1 << 16;
const LEAST_MATCH = 4;

type State = 'magic' | 'skip-size' | 'flags' | 'descriptor' | 'size' | 'block' | 'damaged';

/**
 * LZ4 frames, one after another, in pieces cut anywhere → bytes. Blocks may be linked or independent; checksums
 * are passed over, not verified. Bytes never make it throw: it says what is wrong and takes no more.
 *
 * Memory: a block and what comes out of it, 4 MiB each at most (8 MiB in the legacy format), and the window.
 */
export class Lz4Decoder {
  readonly #onBytes: (bytes: Uint8Array) => void;
  #state: State = 'magic';
  #needed = 4;
  #input = new Uint8Array(1 << 16);
  #inputLength = 0;
  /** Bytes still to be passed over: checksums, frames to skip. */
  #passOver = 0;
  #isLegacy = false;
  #isLinked = false;
  #hasBlockChecksums = false;
  #hasContentChecksum = false;
  #mostBlock = 0;
  #isStored = false;
  /** The window before the block, and the block. */
  #output = new Uint8Array(0);
  #windowLength = 0;

  constructor(onBytes: (bytes: Uint8Array) => void) {
    this.#onBytes = onBytes;
  }

  /** The next bytes; returns what is wrong with them, `''` if nothing is. What comes out is the taker's. */
  push(bytes: Uint8Array): string {
    let at = 0;
    while (at < bytes.length && this.#state !== 'damaged') {
      if (this.#passOver > 0) {
        const passed = Math.min(this.#passOver, bytes.length - at);
        this.#passOver -= passed;
        at += passed;
        continue;
      }
      const taken = Math.min(this.#needed - this.#inputLength, bytes.length - at);
      this.#keep(bytes.subarray(at, at + taken));
      at += taken;
      if (this.#inputLength < this.#needed) continue;
      const damage = this.#step(this.#input.subarray(0, this.#inputLength));
      if (damage !== '') {
        this.#state = 'damaged';
        return damage;
      }
      this.#inputLength = 0;
    }
    return '';
  }

  /** There are no more bytes. */
  end(): string {
    const betweenFrames =
      this.#inputLength === 0 &&
      this.#passOver === 0 &&
      (this.#state === 'magic' || (this.#isLegacy && this.#state === 'size'));
    return betweenFrames || this.#state === 'damaged' ? '' : 'truncatedLz4';
  }

  #step(input: Uint8Array): string {
    switch (this.#state) {
      case 'magic':
        return this.#magic(word(input, 0));
      case 'skip-size':
        this.#passOver = word(input, 0);
        return this.#expect('magic', 4);
      case 'flags':
        return this.#flags(input[0]!, input[1]!);
      case 'descriptor':
        return this.#expect('size', 4);
      case 'size':
        return this.#size(word(input, 0));
      case 'block':
        return this.#block(input);
      default:
        return 'corruptLz4';
    }
  }

  #expect(state: State, bytes: number): string {
    this.#state = state;
    this.#needed = bytes;
    return '';
  }

  #magic(magic: number): string {
    this.#windowLength = 0;
    this.#isLegacy = magic === LEGACY_MAGIC;
    if (this.#isLegacy) {
      this.#isLinked = false;
      this.#hasBlockChecksums = false;
      this.#room(LEGACY_BLOCK);
      return this.#expect('size', 4);
    }
    if ((magic & ~15) >>> 0 === SKIPPABLE_MAGIC) return this.#expect('skip-size', 4);
    return magic === FRAME_MAGIC ? this.#expect('flags', 2) : 'corruptLz4';
  }

  #flags(flags: number, sizes: number): string {
    const blockCode = (sizes >> 4) & 7;
    if (flags >> 6 !== 1 || blockCode < 4) return 'corruptLz4';
    if ((flags & 1) !== 0) return 'lz4NeedsDictionary';
    this.#isLinked = (flags & 0x20) === 0;
    this.#hasBlockChecksums = (flags & 0x10) !== 0;
    this.#hasContentChecksum = (flags & 4) !== 0;
    this.#room(1 << (2 * blockCode + 8));
    return this.#expect('descriptor', ((flags & 8) === 0 ? 0 : 8) + 1);
  }

  #room(mostBlock: number): void {
    this.#mostBlock = mostBlock;
    if (this.#output.length < WINDOW + mostBlock) this.#output = new Uint8Array(WINDOW + mostBlock);
  }

  #size(size: number): string {
    if (this.#isLegacy) {
      // The legacy format has no end mark: what is too large for a block is the next magic number.
      if (size > MOST_LEGACY_BYTES) return this.#magic(size);
      this.#isStored = false;
      return size === 0 ? 'corruptLz4' : this.#expect('block', size);
    }
    if (size === 0) {
      if (this.#hasContentChecksum) this.#passOver = 4;
      return this.#expect('magic', 4);
    }
    this.#isStored = size >= 0x80000000;
    const length = size & 0x7fffffff;
    if (length === 0 || length > this.#mostBlock) return 'corruptLz4';
    return this.#expect('block', length);
  }

  #block(input: Uint8Array): string {
    const output = this.#output;
    const start = WINDOW;
    let end = start + input.length;
    if (this.#isStored) output.set(input, start);
    else {
      end = decodeBlock(input, output, {
        start,
        end: start + this.#mostBlock,
        window: start - this.#windowLength,
      });
    }
    if (end < 0) return 'corruptLz4';
    if (end > start) this.#onBytes(output.slice(start, end));
    if (this.#isLinked) {
      this.#windowLength = Math.min(WINDOW, this.#windowLength + end - start);
      output.copyWithin(WINDOW - this.#windowLength, end - this.#windowLength, end);
    }
    if (this.#hasBlockChecksums) this.#passOver = 4;
    return this.#expect('size', 4);
  }

  #keep(bytes: Uint8Array): void {
    const length = this.#inputLength + bytes.length;
    if (length > this.#input.length) {
      const grown = new Uint8Array(Math.max(length, this.#input.length * 2));
      grown.set(this.#input.subarray(0, this.#inputLength));
      this.#input = grown;
    }
    this.#input.set(bytes, this.#inputLength);
    this.#inputLength = length;
  }
}

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
  );
}

/** A block that stands by itself, as Parquet's LZ4_RAW has them, unpacked into so many bytes. Throws `RangeError`. */
export function decodeLz4Block(input: Uint8Array, length: number): Uint8Array {
  const output = new Uint8Array(length);
  const end = decodeBlock(input, output, { start: 0, end: length, window: 0 });
  if (end !== length) throw new RangeError('a damaged block of LZ4');
  return output;
}

interface Room {
  readonly start: number;
  readonly end: number;
  /** Where the bytes that a match may copy begin. */
  readonly window: number;
}

/** LZ4 Block Format: literals and matches in turn. Returns the end of what came out; -1 if the block is damaged. */
function decodeBlock(input: Uint8Array, output: Uint8Array, { start, end, window }: Room): number {
  let at = 0;
  let to = start;
  while (at < input.length) {
    const token = input[at++]!;
    let literals = token >> 4;
    if (literals === 15) {
      let more = 255;
      while (more === 255 && at < input.length) literals += more = input[at++]!;
    }
    if (literals > input.length - at || literals > end - to) return -1;
    output.set(input.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    if (at === input.length) return to; // the last sequence has literals only
    if (input.length - at < 2) return -1;
    const from = to - (input[at]! | (input[at + 1]! << 8));
    at += 2;
    let length = (token & 15) + LEAST_MATCH;
    if ((token & 15) === 15) {
      let more = 255;
      while (more === 255 && at < input.length) length += more = input[at++]!;
    }
    if (from < window || from === to || length > end - to) return -1;
    // A match may overlap what it makes: byte by byte then.
    if (from + length <= to) output.copyWithin(to, from, from + length);
    else for (let i = 0; i < length; i++) output[to + i] = output[from + i]!;
    to += length;
  }
  return -1;
}
