import type { InputFormat } from '../../flow/recognise-input.ts';
import type { JobStage } from '../engines/job-stage.ts';

/** What a job gives in the end. */
export const JOB_OUTPUTS = ['verdicts', 'vectors', 'profiles'] as const;
export type JobOutputKind = (typeof JOB_OUTPUTS)[number];

/**
 * The programs of a job, in order; between two of them the records are sorted by key. Profiles need no more than one
 * round; what a host's neighbours look like takes a question and an answer; crowds come of verdicts.
 */
export function jobStages({
  output,
  format,
}: {
  readonly output: JobOutputKind;
  readonly format?: InputFormat | undefined;
}): readonly JobStage[] {
  const round = (number: number, what: string): JobStage => ({
    name: what,
    words: ['job', 'reduce', '--round', String(number)],
    needsModel: false,
  });
  const finish = {
    name: 'finish',
    words: ['job', 'finish', '--output', output],
    needsModel: false,
  };
  const map = {
    name: 'map',
    words: ['job', 'map', ...(format === undefined ? [] : ['--input-format', format])],
    needsModel: false,
  };
  const merge = round(1, 'merge');
  if (output === 'profiles') return [map, merge, finish];
  const context = [round(2, 'ask neighbours'), round(3, 'answer')];
  if (output === 'vectors') return [map, merge, ...context, finish];
  return [map, merge, ...context, { ...round(4, 'judge'), needsModel: true }, finish];
}

/** The words of the program that says which files may be read in ranges. */
export const CUTS_WORDS: readonly string[] = ['job', 'cuts'];
