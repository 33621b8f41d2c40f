import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FieldScanner } from '../../../src/flow/logs/json-fields.ts';

const NAMES = ['a', 'b', 'id.x', 'id.y', 'é'];
const FIELDS = new Map(NAMES.map((name, field) => [name, field]));

function scan(text: string): Record<string, unknown> | undefined {
  const scanner = new FieldScanner(FIELDS, NAMES.length);
  const bytes = new TextEncoder().encode(text);
  if (!scanner.scan(bytes, 0, bytes.length)) return undefined;
  const present = NAMES.filter((_, field) => scanner.kind(field) !== undefined);
  return Object.fromEntries(present.map((name) => [name, scanner.parse(FIELDS.get(name)!)]));
}

describe('FieldScanner', () => {
  const key = fc.constantFrom('a', 'b', 'id.x', 'é', 'other', 'a"b');
  const value = fc.jsonValue({ maxDepth: 3 });
  const inner = fc.dictionary(fc.constantFrom('x', 'y', 'z'), value);
  const object = fc.tuple(fc.dictionary(key, value), fc.option(inner, { nil: undefined })).map(
    ([members, id]) => (id === undefined ? members : { ...members, id })); // prettier-ignore

  test('finds what JSON.parse finds', () => {
    fc.assert(
      fc.property(object, fc.constantFrom(0, 1), (members, indent) => {
        const expected: Record<string, unknown> = {};
        const id = (members as { id?: Record<string, unknown> }).id;
        for (const name of NAMES) {
          const nested = name.startsWith('id.') ? id?.[name.slice(3)] : undefined;
          const found = nested ?? (members as Record<string, unknown>)[name];
          if (found !== undefined && found !== null) expected[name] = found;
        }
        const text = JSON.stringify(members, null, indent).replaceAll('\n', ' ');
        const found = scan(text);
        // A member named twice (`id.x` and id's x): the later one wins here, the nested one in `expected`.
        if (id !== undefined && 'id.x' in members) {
          delete found?.['id.x'];
          delete expected['id.x'];
        }
        expect(JSON.stringify(found)).toBe(JSON.stringify(expected));
      }),
      { numRuns: 500 },
    );
  });

  test('refuses every beginning of an object, and what follows one', () => {
    fc.assert(
      fc.property(object, fc.nat(), (members, cut) => {
        const text = JSON.stringify(members);
        expect(scan(text.slice(0, cut % text.length))).toBeUndefined();
        expect(scan(`${text}}`)).toBeUndefined();
        expect(scan(`${text}x`)).toBeUndefined();
      }),
    );
  });

  test.each(['', '{', '[]', '{"a"}', '{"a":}', '{"a":1,}', '{"a":1 "b":2}', '{a:1}', '{"a":tru}', '{"a":"x'])(
    'refuses %j',
    (text) => {
      expect(scan(text)).toBeUndefined();
    },
  ); // prettier-ignore

  test('takes what JSON.parse takes and remembers no line before', () => {
    const scanner = new FieldScanner(FIELDS, NAMES.length);
    const bytes = new TextEncoder().encode('{"a":1}{"b":null}');
    expect(scanner.scan(bytes, 0, 7)).toBe(true);
    expect(scanner.kind(0)).toBe('number');
    expect(scanner.scan(bytes, 7, 17)).toBe(true);
    expect([scanner.kind(0), scanner.kind(1)]).toEqual([undefined, undefined]);
  });

  test('a deep value costs no stack', () => {
    expect(scan(`{"z":${'['.repeat(1e5)}${']'.repeat(1e5)},"a":1}`)).toEqual({ a: 1 });
  });
});
