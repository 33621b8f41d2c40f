import type { Random } from './random.ts';

type ParameterValue = number | string | boolean;

/** How one parameter of an actor is drawn for one host. */
export interface ParameterSpec<T extends ParameterValue = ParameterValue> {
  readonly kind: 'number' | 'integer' | 'choice' | 'flag';
  draw(random: Random): T;
  /** A value given by a recipe, made fit; `undefined` if it cannot be. A pair of numbers is drawn between. */
  accept(value: unknown, random: Random): T | undefined;
  /** What a recipe may write. */
  readonly expected: string;
}

export type ParameterSpecs = Readonly<Record<string, ParameterSpec>>;

export type Drawn<S extends ParameterSpecs> = {
  readonly [K in keyof S]: S[K] extends ParameterSpec<infer T> ? T : never;
};

/** A number, any as likely as the next. */
export function between(low: number, high: number): ParameterSpec<number> {
  return number('number', (random) => random.uniform(low, high));
}

/** A positive number whose order of magnitude is drawn. */
export function magnitude(low: number, high: number): ParameterSpec<number> {
  return number('number', (random) => random.logUniform(low, high));
}

/** A whole number whose order of magnitude is drawn. */
export function count(low: number, high: number): ParameterSpec<number> {
  return number('integer', (random) =>
    low > 0 ? Math.round(random.logUniform(low, high)) : random.integer(low, high),
  );
}

export function oneOf<const T extends string>(...choices: readonly T[]): ParameterSpec<T> {
  return {
    kind: 'choice',
    draw: (random) => random.pick(choices),
    accept: (value) => choices.find((choice) => choice === value),
    expected: choices.join(' or '),
  };
}

/** One of some numbers; a recipe may give any. */
export function oneOfNumbers(...choices: readonly number[]): ParameterSpec<number> {
  return number('integer', (random) => random.pick(choices));
}

export function flag(probability: number): ParameterSpec<boolean> {
  return {
    kind: 'flag',
    draw: (random) => random.chance(probability),
    accept: (value) => (typeof value === 'boolean' ? value : undefined),
    expected: 'true or false',
  };
}

/** One value for each parameter: the recipe's, or drawn. Throws `RangeError` on what a recipe may not say. */
export function drawParameters<S extends ParameterSpecs>(
  specs: S,
  given: Readonly<Record<string, unknown>>,
  random: Random,
): Drawn<S> {
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(specs, name)) continue;
    throw new RangeError(
      `parameters: expected ${Object.keys(specs).join(', ') || 'none'}, got ${name}`,
    );
  }
  const drawn: Record<string, ParameterValue> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const own = random.fork(name);
    if (!Object.hasOwn(given, name)) {
      drawn[name] = spec.draw(own);
      continue;
    }
    const value = spec.accept(given[name], own);
    if (value === undefined) {
      throw new RangeError(
        `parameters.${name}: expected ${spec.expected}, got ${JSON.stringify(given[name])}`,
      );
    }
    drawn[name] = value;
  }
  return drawn as Drawn<S>;
}

function number(
  kind: 'number' | 'integer',
  draw: (random: Random) => number,
): ParameterSpec<number> {
  const fit = (value: number): number => (kind === 'integer' ? Math.round(value) : value);
  return {
    kind,
    draw,
    accept(value, random) {
      if (isCount(value)) return fit(value);
      if (!Array.isArray(value) || value.length !== 2) return undefined;
      const [low, high] = value as unknown[];
      if (!isCount(low) || !isCount(high) || low > high) return undefined;
      return fit(low > 0 ? random.logUniform(low, high) : random.uniform(low, high));
    },
    expected: 'a number ≥ 0 or [low, high]',
  };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
