import { beforeAll, describe, expect, test } from 'vitest';
import { BlockCoverage } from './block-coverage.ts';
import { Dice } from './dice.ts';
import { Fuzzer } from './fuzzer.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { minimise } from './minimise.ts';
import { mutate } from './mutate.ts';
import { TARGETS } from './targets.ts';

let planted: readonly FuzzTarget[] = [];
let coverage: BlockCoverage;

beforeAll(async () => {
  coverage = new BlockCoverage((url) => url.includes('planted-bugs'));
  planted = (await import('./planted-bugs.ts')).PLANTED;
  return () => coverage.stop();
});

async function hunt(name: string, seed: number, executions = 30_000): Promise<Fuzzer> {
  const target = planted.find((one) => one.name === name)!;
  const fuzzer = new Fuzzer(target, { seed });
  await fuzzer.sow();
  while (fuzzer.executions < executions && fuzzer.crashes.length === 0) {
    await fuzzer.scout(coverage, { executions: 48 });
  }
  return fuzzer;
}

describe('the fuzzer finds', () => {
  test('an exception behind conditions, led by coverage, that blind throws do not find', async () => {
    const { crashes, executions } = await hunt('throws behind four conditions', 1, 60_000);
    expect(crashes[0]?.failure ?? '').toContain('the planted one');
    expect([...crashes[0]!.input].map((byte) => byte & 31)).toEqual([5, 9, 17, 30]);
    const blind = new Fuzzer(planted[0]!, { seed: 1 });
    await blind.sow();
    await blind.race({ executions });
    expect(blind.crashes).toEqual([]);
  });

  test('a length that is not compared to what is left', async () => {
    const { crashes } = await hunt('reads behind the end', 2);
    expect(crashes[0]?.failure).toContain('bytes outside the input change the result');
    expect(crashes[0]!.input.length).toBeLessThanOrEqual(2);
  });

  test('a record that the end of a chunk cuts', async () => {
    const { crashes } = await hunt('loses what a chunk cuts', 3);
    expect(crashes[0]?.failure).toContain('chunks change the result');
  });

  test('an input that takes too long', async () => {
    const { crashes } = await hunt('never ends in time', 4);
    expect(crashes[0]?.failure).toContain('slow');
  });
}); // prettier-ignore

describe('a run', () => {
  test('is the same for the same seed, and another for another', async () => {
    const trace = async (seed: number): Promise<string> => {
      const inputs: string[] = [];
      const target = { ...planted[0]!, run: (input: Uint8Array) => input.length % 7 };
      const fuzzer = new Fuzzer(target, {
        seed,
        onInput: (input) => inputs.push(Buffer.from(input).toString('hex')),
      });
      await fuzzer.sow();
      await fuzzer.race({ executions: 500 });
      return inputs.join();
    };
    const first = await trace(7);
    expect(await trace(7)).toBe(first);
    expect(await trace(8)).not.toBe(first);
  });

  test('leaves its seeds as they were, and no input longer than allowed', () => {
    const dice = new Dice(5);
    const [input, other] = [Uint8Array.from({ length: 50 }, (_, i) => i), new Uint8Array(30)];
    const before = input.slice();
    for (let i = 0; i < 5000; i++) {
      expect(mutate(input, other, 80, dice).length).toBeLessThanOrEqual(80);
    }
    expect(input).toEqual(before);
    expect(other).toEqual(new Uint8Array(30));
  });

  test('makes a failing input as small as it goes', async () => {
    const input = Uint8Array.from({ length: 200 }, (_, i) => i);
    const least = await minimise(input, (bytes) =>
      Promise.resolve(bytes.includes(77) && bytes.includes(150)),
    );
    expect([...least]).toEqual([77, 150]);
  });
});

describe('a few hundred executions find nothing in', () => {
  test.each(TARGETS.map((target) => [target.name, target] as const))('%s', async (_, target) => {
    const fuzzer = new Fuzzer(target, { seed: 1 });
    await fuzzer.sow();
    await fuzzer.race({ until: performance.now() + 150, executions: 300 });
    expect(fuzzer.crashes.map(({ failure }) => failure)).toEqual([]);
    expect(fuzzer.corpus.length).toBeGreaterThan(0);
  });
});
