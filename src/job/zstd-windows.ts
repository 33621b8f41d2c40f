/** A frame that wants more is refused: it would be allocated whatever the frame holds. */
const WIDEST_WINDOW = 1 << 27; // zstd's own default limit (--long=27)

/** RFC 8878 §3.1.1.2.4, of what a block says of itself; four bytes can ask for 2 MiB of one byte. */
const LARGEST_BLOCK = 1 << 17;
const BLOCK_HEADER = 3;

const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;

type State = 'magic' | 'skip-size' | 'descriptor' | 'header' | 'block';

/**
 * Walks along zstd frames (RFC 8878 §3.1), in pieces cut anywhere, from block to block without decoding any, and
 * stops before the first frame whose window is too wide and before the first block that is too large.
 */
export class ZstdWindows {
  #state: State = 'magic';
  #needed = 4;
  readonly #input: number[] = [];
  #passOver = 0;
  #descriptor = 0;
  #isDamaged = false;
  /** Bytes of the frame's header that have come, its magic number with them. */
  #headerBytes = 0;
  /** Why it stopped: `zstdWindowTooLarge` or `corruptZstd`, `''` as long as it has not. */
  refusal = '';

  /**
   * How many of the next bytes may be given to a decoder: fewer than there are if it stops among them (the bytes of
   * that header which came before do no harm). Other damage is left to the decoder.
   */
  allowed(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length && !this.#isDamaged) {
      if (this.#passOver > 0) {
        const passed = Math.min(this.#passOver, bytes.length - at);
        this.#passOver -= passed;
        at += passed;
        continue;
      }
      this.#input.push(bytes[at++]!);
      if (this.#input.length < this.#needed) continue;
      const input = this.#input.splice(0);
      this.#headerBytes += input.length;
      const heldBack = this.#step(input);
      if (heldBack > 0) return Math.max(0, at - heldBack);
    }
    return bytes.length;
  }

  /** Bytes of the header just read that no decoder may see; 0 if it is fine. */
  #step(input: readonly number[]): number {
    switch (this.#state) {
      case 'magic': {
        const magic = number(input);
        this.#headerBytes = 4;
        if (magic === FRAME_MAGIC) this.#expect('descriptor', 1);
        else if ((magic & ~15) >>> 0 === SKIPPABLE_MAGIC) this.#expect('skip-size', 4);
        else this.#isDamaged = true;
        return 0;
      }
      case 'skip-size':
        this.#passOver = number(input);
        this.#expect('magic', 4);
        return 0;
      case 'descriptor':
        this.#descriptor = input[0]!;
        this.#expect('header', headerBytes(this.#descriptor));
        return 0;
      case 'header':
        this.#expect('block', BLOCK_HEADER);
        if (windowOf(this.#descriptor, input) <= WIDEST_WINDOW) return 0;
        this.refusal = 'zstdWindowTooLarge';
        return this.#headerBytes;
      case 'block':
        if (number(input) >> 3 > LARGEST_BLOCK) {
          this.refusal = 'corruptZstd';
          return BLOCK_HEADER;
        }
        this.#block(number(input));
        return 0;
    }
  }

  #expect(state: State, bytes: number): void {
    this.#state = state;
    this.#needed = bytes;
  }

  #block(header: number): void {
    const kind = (header >> 1) & 3;
    this.#passOver = kind === 1 ? 1 : header >> 3;
    if (kind === 3) this.#isDamaged = true;
    if ((header & 1) === 0) return;
    if ((this.#descriptor & 4) !== 0) this.#passOver += 4;
    this.#expect('magic', 4);
  }
}

function number(bytes: readonly number[]): number {
  return bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
}

const ID_BYTES = [0, 1, 2, 4];
const SIZE_BYTES = [0, 2, 4, 8];

function isSingleSegment(descriptor: number): boolean {
  return (descriptor & 0x20) !== 0;
}

/** Bytes of the frame header behind its descriptor: at least one. */
function headerBytes(descriptor: number): number {
  const sizeBytes = SIZE_BYTES[descriptor >> 6]!;
  const single = isSingleSegment(descriptor);
  return ID_BYTES[descriptor & 3]! + (single ? Math.max(1, sizeBytes) : 1 + sizeBytes);
}

/** RFC 8878 §3.1.1.1.2; in a single segment the content itself, whose size is at the header's end. */
function windowOf(descriptor: number, header: readonly number[]): number {
  if (isSingleSegment(descriptor)) return number(header.slice(ID_BYTES[descriptor & 3]));
  const base = 2 ** (10 + (header[0]! >> 3));
  return base + (base / 8) * (header[0]! & 7);
}
