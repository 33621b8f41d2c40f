import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDecimalBytes, parseEpochUsBytes } from '../../../src/flow/logs/parse-bytes.ts';
import { parseDecimal } from '../../../src/flow/logs/parse-number.ts';
import { TextCache } from '../../../src/flow/logs/text-cache.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const decimal = (text: string): number => parseDecimalBytes(utf8(`x${text}y`), 1, 1 + utf8(text).length); // prettier-ignore
const epochUs = (text: string): number => parseEpochUsBytes(utf8(`x${text}y`), 1, 1 + utf8(text).length); // prettier-ignore

describe('numbers from bytes', () => {
  test('are those of the text, to the last bit', () => {
    const digits = fc.stringMatching(/^[0-9]{0,18}(\.[0-9]{0,12})?$/);
    const odd = fc.stringMatching(/^[-+0-9.eE ]{0,12}$/);
    fc.assert(
      fc.property(fc.oneof(digits, odd, fc.string()), (text) => {
        expect(decimal(text)).toBe(parseDecimal(text));
      }),
      { numRuns: 2000 },
    );
  });

  test.each(['', '-', '.5', '5.', '1e3', '-7', '0', '999999999999999', '9007199254740993', '0.1'])(
    'of %j too',
    (text) => {
      expect(decimal(text)).toBe(parseDecimal(text));
    },
  );
});

describe('times from bytes', () => {
  test('of decimal seconds are exact to the microsecond', () => {
    fc.assert(
      fc.property(fc.nat(4_000_000_000), fc.nat(999_999), (seconds, us) => {
        expect(epochUs(`${seconds}.${String(us).padStart(6, '0')}`)).toBe(seconds * 1e6 + us);
      }),
    );
  });

  test.each([
    ['16.810265', 16_810_265],
    ['1714521600', 1_714_521_600_000_000],
    ['1714521600.5', 1_714_521_600_500_000],
    ['1714521600.123456789', 1_714_521_600_123_457],
    ['2018-03-09T20:42:36.553183Z', 1_520_628_156_553_183],
    ['-', NaN],
    ['.5.5', NaN],
    ['1.2.3', NaN],
    ['99999999999999', NaN],
  ])('%s is %d µs', (text, us) => {
    expect(epochUs(text)).toBe(us);
  });
});

describe('TextCache', () => {
  test('gives what was made of the text, however few slots it has', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 80 })), (texts) => {
        const cache = new TextCache((text) => `<${text}>`, 2);
        for (const text of [...texts, ...texts]) {
          expect(cache.ofBytes(utf8(text), 0, utf8(text).length)).toBe(`<${text}>`);
        }
      }),
    );
  });

  test('makes a text once', () => {
    let made = 0;
    const cache = new TextCache(() => ++made, 16);
    for (let i = 0; i < 3; i++) cache.ofBytes(utf8('10.0.0.1'), 0, 8);
    expect(made).toBe(1);
  });
});
