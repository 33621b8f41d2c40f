import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { readCells, writeCells } from './cells.ts';
import { estimateDistinct, MAX_RANK, rankOf, REGISTERS, registerOf } from './hyper-log-log.ts';
import { HASH_LIMIT } from './hash.ts';
import { areFull, FREE_SLOT, newSlots, slotOf, sortedHashes, widerSlots } from './hash-slots.ts';
import { checkHash } from './whole-number.ts';

const MAX_HASHES = 64;

/**
 * How many distinct things were seen, by the hashes of `hashText` and `hashNumbers`: exact to 64, then HyperLogLog
 * with 1,024 registers (standard error 1.04 / √1024 = 3.3 %).
 */
export class DistinctCounter {
  /** Plain slots: a tenth of a `Set` for the few elements that most hosts have. */
  #slots: number[] | undefined;
  #size = 0;
  #registers: Uint8Array | undefined;
  /** Of the registers, for as long as they stay as they are: a microsecond's work that readers ask for again. */
  #estimate: number | undefined;

  /** True while the hashes themselves are known. */
  get exact(): boolean {
    return this.#registers === undefined;
  }

  add(hash: number): void {
    checkHash('hash', hash);
    this.#add(hash);
  }

  merge(other: this): void {
    if (other.#registers !== undefined) {
      const registers = this.#toRegisters();
      this.#estimate = undefined;
      for (let i = 0; i < REGISTERS; i++) {
        if (other.#registers[i]! > registers[i]!) registers[i] = other.#registers[i]!;
      }
    } else if (other.#slots !== undefined) {
      for (const hash of other.#slots) if (hash !== FREE_SLOT) this.#add(hash);
    }
  }

  /** Exact to 64, then rounded to an integer. */
  estimate(): number {
    if (this.#registers === undefined) return this.#size;
    return (this.#estimate ??= Math.round(estimateDistinct(this.#registers)));
  }

  /** Whether the hash was added; `undefined` when no longer exact. */
  has(hash: number): boolean | undefined {
    if (this.#registers !== undefined) return undefined;
    return this.#slots !== undefined && this.#slots[slotOf(this.#slots, hash)] === hash;
  }

  /** The hashes in ascending order; empty once not exact. */
  values(): number[] {
    return sortedHashes(this.#slots);
  }

  /** Number of hashes (65 says registers), then their differences, or the registers. */
  encode(writer: ByteWriter): void {
    if (this.#registers !== undefined) {
      writer.varint(MAX_HASHES + 1);
      writeCells(writer, this.#registers);
      return;
    }
    writer.varint(this.#size);
    let before = -1;
    for (const hash of sortedHashes(this.#slots)) {
      writer.varint(hash - before - 1);
      before = hash;
    }
  }

  static decode(reader: ByteReader): DistinctCounter {
    const counter = new DistinctCounter();
    const size = reader.varint();
    if (size > MAX_HASHES + 1) reader.truncated = true;
    else if (size > MAX_HASHES) counter.#decodeRegisters(reader);
    else counter.#decodeHashes(reader, size);
    return reader.truncated ? new DistinctCounter() : counter;
  }

  #decodeRegisters(reader: ByteReader): void {
    this.#registers = new Uint8Array(REGISTERS);
    readCells(reader, this.#registers, MAX_RANK);
    if (this.#registers.every((rank) => rank === 0)) reader.truncated = true;
  }

  #decodeHashes(reader: ByteReader, size: number): void {
    let before = -1;
    for (let i = 0; i < size && !reader.truncated; i++) {
      before += reader.varint() + 1;
      if (before >= HASH_LIMIT) reader.truncated = true;
      else this.#add(before);
    }
  }

  #add(hash: number): void {
    if (this.#registers !== undefined) {
      if (raise(this.#registers, hash)) this.#estimate = undefined;
      return;
    }
    const slots = (this.#slots ??= newSlots());
    const at = slotOf(slots, hash);
    if (slots[at] === hash) return;
    if (this.#size === MAX_HASHES) raise(this.#toRegisters(), hash);
    else if (areFull(slots, this.#size)) this.#widen(slots, hash);
    else {
      slots[at] = hash;
      this.#size++;
    }
  }

  #widen(slots: readonly number[], hash: number): void {
    const wider = widerSlots(slots);
    for (const held of slots) if (held !== FREE_SLOT) wider[slotOf(wider, held)] = held;
    wider[slotOf(wider, hash)] = hash;
    this.#slots = wider;
    this.#size++;
  }

  #toRegisters(): Uint8Array {
    if (this.#registers !== undefined) return this.#registers;
    const registers = new Uint8Array(REGISTERS);
    for (const hash of this.#slots ?? []) if (hash !== FREE_SLOT) raise(registers, hash);
    this.#slots = undefined;
    this.#size = 0;
    this.#registers = registers;
    return registers;
  }
}

/** True when the hash changed anything. */
function raise(registers: Uint8Array, hash: number): boolean {
  const register = registerOf(hash);
  const rank = rankOf(hash);
  if (rank <= registers[register]!) return false;
  registers[register] = rank;
  return true;
}
