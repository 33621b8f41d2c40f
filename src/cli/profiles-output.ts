import type { Arguments } from './arguments.ts';
import { outputPath } from './input-options.ts';

/** Whether FILE's name says that it is to hold encoded profiles: `monday.profiles`, `monday.profiles.ndjson`. */
export function isProfilesPath(args: Arguments): boolean {
  return /\.profiles(\.(ndjson|jsonl|json))?$/i.test(outputPath(args));
}
