#!/usr/bin/env node
import { writeSync } from 'node:fs';
import { RapsheetError } from '../job/errors.ts';
import { visibleText } from '../report/wording.ts';
import { Arguments, UsageError } from './arguments.ts';
import { EXIT_DONE, EXIT_FAILED, type CommandEntry } from './command.ts';
import { COMMANDS } from './commands.ts';
import { ReaderGone } from './reader-gone.ts';
import { commandHelp, programHelp } from './help.ts';
import { nearest } from './nearest.ts';
import { packageVersion } from './package-version.ts';

/** Runs what the words say; gives the exit status. Only here do errors become words. */
async function main(words: readonly string[]): Promise<number> {
  const [name] = words;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const text = programHelp(COMMANDS);
    say(name === undefined ? 2 : 1, text);
    return name === undefined ? EXIT_FAILED : EXIT_DONE;
  }
  if (name === '--version' || name === '-v' || name === '-V') {
    say(1, `rapsheet ${packageVersion()}\n`);
    return EXIT_DONE;
  }
  const { entry, rest } = findCommand(name, words.slice(1));
  if (entry === undefined) {
    const parts = COMMANDS.filter((known) => !known.isInner && known.name.startsWith(`${name} `));
    if (parts.length > 0) {
      throw new UsageError(`expected ${parts.map((known) => known.name).join(' or ')}`);
    }
    const what = name.startsWith('-') ? 'option' : 'command';
    const near = nearest(
      name,
      COMMANDS.map((known) => known.name),
    );
    const guess = near === undefined ? '' : ` (did you mean ${near}?)`;
    throw new UsageError(`unknown ${what} ${name}${guess}`);
  }
  const command = await entry.load();
  const args = new Arguments(command.options, rest);
  if (args.flag('help')) {
    say(1, commandHelp(entry, command));
    return EXIT_DONE;
  }
  return command.run(args);
}

/** A command's name may be two words: `job run`. */
function findCommand(
  name: string,
  words: readonly string[],
): { readonly entry: CommandEntry | undefined; readonly rest: readonly string[] } {
  const both = COMMANDS.find((known) => known.name === `${name} ${words[0] ?? ''}`);
  if (both !== undefined) return { entry: both, rest: words.slice(1) };
  return { entry: COMMANDS.find((known) => known.name === name), rest: words };
}

function errorLine(error: unknown, words: readonly string[]): string {
  if (error instanceof RapsheetError) return error.line;
  if (error instanceof UsageError) {
    const known = findCommand(words[0] ?? '', words.slice(1)).entry;
    return `${error.message}: see rapsheet ${known === undefined ? '' : `${known.name} `}--help`;
  }
  const message = error instanceof Error ? error.message : String(error);
  return `unexpected error: ${message}: run again with --debug and report what it shows`;
}

function say(descriptor: 1 | 2, text: string): void {
  try {
    writeSync(descriptor, text);
  } catch {
    // Nobody reads it.
  }
}

const words = process.argv.slice(2);
try {
  process.exitCode = await main(words);
} catch (error) {
  if (error instanceof ReaderGone) process.exit(EXIT_DONE);
  process.exitCode = EXIT_FAILED;
  say(2, `rapsheet: ${visibleText(errorLine(error, words))}\n`);
  if (words.includes('--debug') && error instanceof Error) {
    say(2, `${error.stack ?? ''}\n`);
    if (error.cause instanceof Error) say(2, `caused by ${error.cause.stack ?? ''}\n`);
  }
}
