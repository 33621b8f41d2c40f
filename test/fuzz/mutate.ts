import type { Dice } from './dice.ts';

/** Numbers at the edges of fields: where lengths, counts and offsets go wrong. */
const EDGES = [
  0, 1, 2, 3, 4, 5, 7, 8, 12, 15, 16, 19, 20, 31, 32, 40, 63, 64, 65, 100, 127, 128, 192, 255, 256, 257, 511, 512,
  1023, 1024, 1500, 4095, 4096, 16383, 16384, 32767, 32768, 65534, 65535, 65536, 0x7fffffff, 0x80000000, 0xfffffffe,
  0xffffffff,
]; // prettier-ignore

type Mutation = (bytes: Uint8Array, dice: Dice, other: Uint8Array) => Uint8Array;

const MUTATIONS: readonly Mutation[] = [
  flipBit, flipBit, setByte, setByte, setWord, setWord, setWord, stepByte, splice, splice, insertOther, cut, remove,
  duplicate, insert, overwrite, swapHalves, repeatToLength, shiftWord,
]; // prettier-ignore

/** One to eight changes, mostly few, of an input; `other` is a second one that parts are taken from. */
export function mutate(
  input: Uint8Array,
  other: Uint8Array,
  maxLength: number,
  dice: Dice,
): Uint8Array {
  let bytes = input;
  const rounds = 1 << dice.below(4);
  for (let i = dice.below(rounds) + 1; i > 0; i--) bytes = dice.pick(MUTATIONS)(bytes, dice, other);
  if (bytes === input) bytes = flipBit(bytes, dice);
  return bytes.length > maxLength ? bytes.slice(0, maxLength) : bytes;
}

function flipBit(input: Uint8Array, dice: Dice): Uint8Array {
  const bytes = input.slice();
  if (bytes.length > 0) bytes[dice.below(bytes.length)]! ^= 1 << dice.below(8);
  return bytes;
}

function setByte(input: Uint8Array, dice: Dice): Uint8Array {
  const bytes = input.slice();
  const value = dice.below(2) === 0 ? dice.below(256) : dice.pick(EDGES);
  if (bytes.length > 0) bytes[dice.below(bytes.length)] = value;
  return bytes;
}

/** An edge number, or the number of bytes that are left, in 16, 24 or 32 bits of either byte order. */
function setWord(input: Uint8Array, dice: Dice): Uint8Array {
  const bytes = input.slice();
  const width = dice.pick([2, 2, 3, 4, 4]);
  const at = dice.below(Math.max(1, bytes.length));
  const left = bytes.length - at;
  const value = dice.below(4) === 0 ? left - width + dice.below(5) - 2 : dice.pick(EDGES);
  const littleEndian = dice.below(2) === 0;
  for (let i = 0; i < width && at + i < bytes.length; i++) {
    bytes[at + i] = value >>> (8 * (littleEndian ? i : width - 1 - i));
  }
  return bytes;
}

function stepByte(input: Uint8Array, dice: Dice): Uint8Array {
  const bytes = input.slice();
  if (bytes.length > 0) bytes[dice.below(bytes.length)]! += dice.below(33) - 16;
  return bytes;
}

/** The beginning of one, the end of the other. */
function splice(input: Uint8Array, dice: Dice, other: Uint8Array): Uint8Array {
  const head = input.subarray(0, dice.below(input.length + 1));
  return joined(head, other.subarray(dice.below(other.length + 1)));
}

function insertOther(input: Uint8Array, dice: Dice, other: Uint8Array): Uint8Array {
  const at = dice.below(input.length + 1);
  const from = dice.below(other.length + 1);
  const part = other.subarray(from, from + dice.below(64) + 1);
  return joined(input.subarray(0, at), part, input.subarray(at));
}

function cut(input: Uint8Array, dice: Dice): Uint8Array {
  return input.slice(0, dice.below(input.length + 1));
}

function remove(input: Uint8Array, dice: Dice): Uint8Array {
  const at = dice.below(input.length + 1);
  const length = dice.below(4) === 0 ? dice.below(input.length + 1) : dice.below(8) + 1;
  return joined(input.subarray(0, at), input.subarray(at + length));
}

function duplicate(input: Uint8Array, dice: Dice): Uint8Array {
  const at = dice.below(input.length + 1);
  const part = input.subarray(at, at + 1 + dice.below(dice.pick([4, 32, 256])));
  return joined(input.subarray(0, at), part, input.subarray(at));
}

function insert(input: Uint8Array, dice: Dice): Uint8Array {
  const at = dice.below(input.length + 1);
  const part = new Uint8Array(dice.below(12) + 1).fill(dice.pick([0, 0xff, dice.below(256)]));
  return joined(input.subarray(0, at), part, input.subarray(at));
}

/** Bytes of the other, or of the input's own other places, written over. */
function overwrite(input: Uint8Array, dice: Dice, other: Uint8Array): Uint8Array {
  const bytes = input.slice();
  const source = dice.below(2) === 0 ? other : input;
  const from = dice.below(source.length + 1);
  const at = dice.below(bytes.length + 1);
  bytes.set(source.subarray(from, from + Math.min(dice.below(32) + 1, bytes.length - at)), at);
  return bytes;
}

function swapHalves(input: Uint8Array, dice: Dice): Uint8Array {
  const at = dice.below(input.length + 1);
  return joined(input.subarray(at), input.subarray(0, at));
}

/** A short piece again and again: what is quadratic shows. */
function repeatToLength(input: Uint8Array, dice: Dice): Uint8Array {
  const at = dice.below(input.length + 1);
  const part = input.subarray(at, at + 1 + dice.below(24));
  const times = 1 << dice.below(9);
  if (part.length === 0) return input.slice();
  return joined(
    input.subarray(0, at),
    ...new Array<Uint8Array>(times).fill(part),
    input.subarray(at),
  );
}

/** Adds a little to a 16-bit number: a length that is off by one. */
function shiftWord(input: Uint8Array, dice: Dice): Uint8Array {
  const bytes = input.slice();
  if (bytes.length < 2) return bytes;
  const at = dice.below(bytes.length - 1);
  const value = ((bytes[at]! << 8) | bytes[at + 1]!) + dice.below(9) - 4;
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
