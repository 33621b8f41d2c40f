import { parseArgs } from 'node:util';
import { nearest } from './nearest.ts';
import type { Options } from './option.ts';

/** A mistake on the command line: said in one line with where the help is. */
export class UsageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UsageError';
  }
}

/** Options that every command has. */
export const COMMON_OPTIONS: Options = {
  help: { short: 'h', help: 'show this help' },
  'no-color': { help: 'no colours, as with the environment variable NO_COLOR' },
  progress: { help: 'show progress though standard error is no terminal' },
  debug: { help: 'show the stack trace of an error' },
};

/** The parsed words after a command's name. Reading one that is not of the asked form is a usage error. */
export class Arguments {
  readonly positionals: readonly string[];
  readonly #values: Readonly<Record<string, string | boolean | undefined>>;

  constructor(known: Options, words: readonly string[]) {
    const definitions = { ...known, ...COMMON_OPTIONS };
    const options = Object.fromEntries(
      Object.entries(definitions).map(([name, { value, short }]) => [
        name,
        {
          type: value === undefined ? ('boolean' as const) : ('string' as const),
          ...(short === undefined ? {} : { short }),
        },
      ]),
    );
    try {
      const parsed = parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
      this.positionals = parsed.positionals;
      this.#values = parsed.values;
    } catch (cause) {
      throw new UsageError(`${firstSentence(cause)}${optionMeant(cause, definitions)}`, { cause });
    }
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** One of `choices`. */
  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const choice = choices.find((known) => known === text);
    if (choice !== undefined) return choice;
    throw unknownName(`--${name}`, text, choices);
  }

  number(name: string, range: { readonly min: number; readonly max?: number }): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = text.trim() === '' ? Number.NaN : Number(text);
    const { min, max = Infinity } = range;
    if (value >= min && value <= max) return value;
    const expected = max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`;
    throw new UsageError(`--${name}: expected a number ${expected}, got ${text}`);
  }

  integer(
    name: string,
    range: { readonly min: number; readonly max?: number },
  ): number | undefined {
    const value = this.number(name, range);
    if (value === undefined || Number.isInteger(value)) return value;
    throw new UsageError(`--${name}: expected a whole number, got ${value}`);
  }

  /** Exactly these positional arguments, by name. */
  expect<T extends readonly string[]>(...names: T): { readonly [K in keyof T]: string } {
    if (this.positionals.length < names.length) {
      throw new UsageError(`no ${names[this.positionals.length]!} was given`);
    }
    if (this.positionals.length > names.length) {
      throw new UsageError(`unexpected argument ${this.positionals[names.length]!}`);
    }
    return this.positionals as unknown as { readonly [K in keyof T]: string };
  }
}

/** `--format: expected one of csv, ndjson, got cvs (csv?)`. */
export function unknownName(
  option: string,
  name: string,
  known: readonly string[],
  expected = `one of ${known.join(', ')}`,
): UsageError {
  const near = nearest(name, known);
  const guess = near === undefined ? '' : ` (did you mean ${near}?)`;
  return new UsageError(`${option}: expected ${expected}, got ${name}${guess}`);
}

/** Node's messages go on with advice about `--`, which is rarely the mistake. */
function firstSentence(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const sentence = message.split(/\. |\n/)[0]!;
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

/** The option that a mistyped one most likely stands for. */
function optionMeant(cause: unknown, known: Options): string {
  const name = /^Unknown option '--([^']+)'/.exec(cause instanceof Error ? cause.message : '')?.[1];
  const near = name === undefined ? undefined : nearest(name, Object.keys(known));
  return near === undefined ? '' : ` (did you mean --${near}?)`;
}
