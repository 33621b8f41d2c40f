import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainHead, plainLines } from '../../src/flow/text-form.ts';
import { recogniseInput } from '../../src/flow/recognise-input.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const utf16 = (text: string): Uint8Array => new Uint8Array(Buffer.from(`\uFEFF${text}`, 'utf16le'));

async function linesOf(bytes: Uint8Array, size = 1 << 20): Promise<string[]> {
  // eslint-disable-next-line @typescript-eslint/require-await
  async function* chunks(): AsyncGenerator<Uint8Array> {
    const buffer = new Uint8Array(Math.min(size, bytes.length + 1));
    for (let at = 0; at < bytes.length; at += size) {
      const part = bytes.subarray(at, at + size);
      buffer.set(part);
      yield buffer.subarray(0, part.length);
    }
  }
  const parts: Uint8Array[] = [];
  for await (const part of plainLines(chunks())) parts.push(new Uint8Array(part));
  return Buffer.concat(parts).toString('utf8').split('\n').filter((line) => line !== ''); // prettier-ignore
}

const RECORDS = [{ a: 1, b: { c: ['x', ']'], d: 'y\n"z\\' } }, { a: 2, 'e}': '{[' }, {}];
const EXPECTED = RECORDS.map((record) => JSON.stringify(record));

describe('a log as lines', () => {
  test.each([
    ['a list', JSON.stringify(RECORDS)],
    ['a list over many lines', JSON.stringify(RECORDS, null, 2)],
    ['objects over many lines', RECORDS.map((record) => JSON.stringify(record, null, '\t')).join('\r\n')], // prettier-ignore
    ['a list in an object', JSON.stringify({ version: 1, records: RECORDS, next: { value: ['}'] } })], // prettier-ignore
    ['lists in objects, one behind the other', RECORDS.map((one) => JSON.stringify({ Records: [one] })).join('\n')], // prettier-ignore
    ['objects with a comma behind each line', RECORDS.map((one) => `${JSON.stringify(one)},`).join('\n')], // prettier-ignore
  ])('is one line a record: %s, in any chunks and in UTF-16', async (_, text) => {
    for (const size of [1, 2, 7, 1 << 20]) {
      expect(await linesOf(utf8(text), size)).toEqual(EXPECTED);
      expect(await linesOf(utf16(text), size)).toEqual(EXPECTED);
    }
    expect(new TextDecoder().decode(plainHead(utf8(text))).trimEnd().split('\n')).toEqual(EXPECTED); // prettier-ignore
    expect(new TextDecoder().decode(plainHead(utf16(text))).trimEnd().split('\n')).toEqual(EXPECTED); // prettier-ignore
  });

  test('evtx_dump’s numbered records keep their numbers apart', async () => {
    const text = RECORDS.map((one, i) => `Record ${i + 1}\n${JSON.stringify(one, null, 2)}\n`).join(''); // prettier-ignore
    expect(await linesOf(utf8(text))).toEqual(EXPECTED.flatMap((line, i) => [`Record ${i + 1}`, line])); // prettier-ignore
  });

  test('that is written a line a record passes as it is, whatever is wrong with it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string()), fc.integer({ min: 1, max: 99 }), async (texts, size) => {
        const lines = ['{"a":1}', ...texts.map((text) => text.replace(/[\n\ufeff]/g, ''))].filter((line) => line !== ''); // prettier-ignore
        expect(await linesOf(utf8(lines.join('\n')), size)).toEqual(lines);
      }),
    ); // prettier-ignore
  });

  test('that begins in the middle, or breaks off in it, is read on behind that', async () => {
    const whole = ['{"a":[1,{"b":2}]}', '{"c":{"d":"x"}}'];
    for (const cut of ['{"a":1,"b', '{"a":1', '{"a":[{"b":1}', '{', '{"a":"x\\']) {
      const expected = [cut, ...whole];
      expect(await linesOf(utf8(expected.join('\n')))).toEqual(expected);
      expect(await linesOf(utf8(['[', ...expected, ']'].join('\n')))).toEqual(expected);
      expect(await linesOf(utf8(['[', whole[0]!, ...expected].join('\n')))).toEqual([whole[0], ...expected]); // prettier-ignore
    }
  });

  test('that is cut off in a record ends with what there is of it', async () => {
    const text = JSON.stringify(RECORDS, null, 1);
    const lines = await linesOf(utf8(text.slice(0, text.indexOf('"e}"') + 3)));
    expect(lines).toEqual([EXPECTED[0], '{"a":2,"e}']);
  });

  test('of any bytes ends, and gives no more than they are and a line end each', async () => {
    const bracket = fc.constantFrom(...'[{"}],:\\ \n'.split('').map((c) => c.charCodeAt(0)));
    const bytes = fc.array(fc.oneof(bracket, fc.nat(255)), { maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(bytes, async (some) => {
        const list = Uint8Array.from([91, 123, ...some]);
        const one = (await linesOf(list, 3)).join('\n');
        expect(one).toBe((await linesOf(list)).join('\n'));
        expect(Buffer.byteLength(one)).toBeLessThanOrEqual(3 * 2 * list.length);
      }),
    );
  });
});

test('documents are recognised by their records', () => {
  const azure = '{"records":[{"properties":{"flows":[{"flows":[{"flowTuples":["1714550400,198.51.100.7,10.0.0.4,50123,3389,T,I,D,B,,,,"]}]}]}}]}'; // prettier-ignore
  expect(recogniseInput(utf8(azure))).toBe('azure-flow-log');
  expect(recogniseInput(utf8(JSON.stringify(JSON.parse(azure), null, 2)))).toBe('azure-flow-log');
  // A record that is longer than what is looked at.
  const tuples = Array.from({ length: 3000 }, () => '1714550400,198.51.100.7,10.0.0.4,50123,3389,T,I,D,B,,,,'); // prettier-ignore
  expect(recogniseInput(utf8(JSON.stringify({ records: [{ flowTuples: tuples }] })))).toBe('azure-flow-log'); // prettier-ignore
  const windows = [{ Id: 4625, LogName: 'Security', TimeCreated: '/Date(1714550400000)/', Properties: [] }]; // prettier-ignore
  expect(recogniseInput(utf16(JSON.stringify(windows, null, 4)))).toBe('windows-json');
  expect(recogniseInput(utf8(`Record 1\n${JSON.stringify({ Event: { System: { EventID: 3, Channel: 'x', TimeCreated: { SystemTime: '2024-05-01T08:00:00Z' } } } }, null, 2)}`))).toBe('windows-json'); // prettier-ignore
});
