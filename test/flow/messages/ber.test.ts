import { describe, expect, test } from 'vitest';
import { berInteger, findBer, readBer } from '../../../src/flow/messages/ber.ts';

const read = (...bytes: number[]) => readBer(Uint8Array.from(bytes), 0, bytes.length);
const value = (...bytes: number[]) => berInteger(Uint8Array.from(bytes), read(...bytes));

describe('BER', () => {
  test('lengths, short and long', () => {
    expect(read(0x30, 2, 1, 2)).toEqual({ tag: 0x30, start: 2, end: 4, next: 4 });
    expect(read(0x30, 0x84, 0, 0, 0, 1, 7)).toEqual({ tag: 0x30, start: 6, end: 7, next: 7 });
    expect(read(0x30, 0x82, 1, 0, 7)).toEqual({ tag: 0x30, start: 4, end: 5, next: 260 });
  });

  test.each([[[0x30]], [[0x30, 0x80, 0, 0]], [[0x30, 0x85, 0, 0, 0, 0, 1]], [[0x1f, 1, 1]], [[0x30, 0x82, 1]]])(
    '%j is no element that these protocols write',
    (bytes) => {
      expect(read(...bytes)).toBeUndefined();
    },
  ); // prettier-ignore

  test('integers of at most four octets, with their sign', () => {
    expect(value(2, 1, 0x31)).toBe(49);
    expect(value(2, 2, 0, 0xff)).toBe(255);
    expect(value(2, 1, 0xff)).toBe(-1);
    expect(value(2, 5, 0, 0, 0, 0, 1)).toBeNaN();
    expect(value(2, 4, 0, 0)).toBeNaN();
    expect(value(2, 0)).toBeNaN();
  });

  test('a child by its tag; a cut one in front of it ends the search', () => {
    const data = Uint8Array.from([0x30, 6, 2, 1, 5, 4, 1, 65]);
    expect(findBer(data, readBer(data, 0, 8), 4)).toMatchObject({ start: 7, end: 8 });
    const cut = Uint8Array.from([0x30, 6, 2, 9, 5, 4, 1, 65]);
    expect(findBer(cut, readBer(cut, 0, 8), 4)).toBeUndefined();
  });
});
