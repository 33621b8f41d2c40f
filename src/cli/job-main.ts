#!/usr/bin/env node
import { Arguments } from './arguments.ts';
import { EXIT_FAILED } from './command.ts';
import { JOB_STAGE_COMMANDS } from './job-commands.ts';
import { sayWhy } from './job-stage.ts';

/**
 * The stages of a job alone: what a cluster's machines get, as one file. Nothing of it waits for what the other
 * commands need.
 */
const [first = '', second = '', ...words] = process.argv.slice(2);
try {
  const entry = JOB_STAGE_COMMANDS.find(({ name }) => name === `${first} ${second}`);
  if (entry === undefined) throw new TypeError(`unknown command ${first} ${second}: expected job map, combine, reduce or finish`); // prettier-ignore
  const command = await entry.load();
  process.exitCode = await command.run(new Arguments(command.options, words));
} catch (error) {
  sayWhy(error, words.includes('--debug'));
  process.exitCode = EXIT_FAILED;
}
