import { expect, test } from 'vitest';
import { nearest } from '../../src/cli/nearest.ts';

test('a slip of the fingers is understood, another word is not', () => {
  const known = ['flows', 'events', 'label', 'tls', 'startUs'];
  for (const [typed, meant] of [
    ['flow', 'flows'],
    ['fowls', 'flows'],
    ['lable', 'label'],
    ['tsl', 'tls'],
    ['STARTUS', 'startUs'],
    ['evnts', 'events'],
  ] as const) {
    expect([typed, nearest(typed, known)]).toEqual([typed, meant]);
  }
  for (const typed of ['', 'x', 'report', 'f'.repeat(1000)]) expect(nearest(typed, known)).toBeUndefined(); // prettier-ignore
});
