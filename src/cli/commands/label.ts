import { labelInputs, type LabelledInputs } from '../../job/label-inputs.ts';
import { skipWords } from '../../job/skip-words.ts';
import { STANDARD_OUTPUT, writeAll, writeOutput } from '../../job/write-output.ts';
import { isSuspicious } from '../../report/ranking.ts';
import { formatOfPath, reportFormats } from '../../report/report-formats.ts';
import type { ReportContext, ReportOptions } from '../../report/report.ts';
import { FAMILY_NAMES } from '../../score/family.ts';
import type { Verdict } from '../../score/verdict.ts';
import { UsageError, type Arguments } from '../arguments.ts';
import { EXIT_DONE, EXIT_FOUND, type Command } from '../command.ts';
import { inWords } from '../in-words.ts';
import {
  INPUT_OPTIONS,
  OUTPUT_OPTION,
  outputPath,
  readOptions,
  WORKERS_OPTION,
} from '../input-options.ts';
import { chosenModel, MODEL_OPTION } from '../model-options.ts';
import { noteInputs, noteNoHosts } from '../notes.ts';
import { ProgressLine } from '../progress-line.ts';
import { isTerminal, terminalOptions } from '../terminal.ts';

/** `rapsheet label INPUT…` */
export const labelCommand: Command = {
  options: {
    format: {
      value: 'FORMAT',
      help: `${[...reportFormats.keys()].join(', ')} (default: by the ending of FILE, else table on a terminal, else ndjson)`,
    },
    ...OUTPUT_OPTION,
    top: { value: 'N', help: 'only the first N hosts by attack score' },
    'min-attack-score': { value: 'P', help: 'only hosts whose attack score is at least P (0 … 1)' },
    'fail-on': {
      value: 'FAMILY',
      help: 'exit with status 1 if a host is of this family (or one of several, with commas; any: any alarm)',
    },
    ...MODEL_OPTION,
    ...INPUT_OPTIONS,
    ...WORKERS_OPTION,
  },
  examples: [
    ['rapsheet label capture.pcap', 'who in this capture is worth a look, and why'],
    [
      'rapsheet label /var/log/zeek/2026-11-23 -o report.html',
      'a day of Zeek logs as a page to open or to mail',
    ],
    [
      'rapsheet label capture.pcap --fail-on any > verdicts.ndjson',
      'for a pipeline: exit status 1 if anything is suspicious',
    ],
  ],
  run: runLabel,
};

async function runLabel(args: Arguments): Promise<number> {
  const path = outputPath(args);
  const format = chosenFormat(args, path);
  const options = reportOptions(args, path);
  const found = failOn(args);
  const model = chosenModel(args);
  const progress = new ProgressLine(args);
  let verdicts: readonly Verdict[] = [];
  await writeOutput(path, async (write) => {
    const labelled = await labelInputs(args.positionals, model, readOptions(args, progress));
    progress.clear();
    noteInputs(labelled, labelled.skips);
    noteNoHosts(labelled.verdicts.length, labelled);
    ({ verdicts } = labelled);
    const context = reportContext(args.positionals, model.id, labelled);
    writeAll(write, reportFormats.get(format)!.render({ verdicts, context }, options));
  }).finally(() => progress.clear());
  return verdicts.some(found) ? EXIT_FOUND : EXIT_DONE;
}

export function chosenFormat(args: Arguments, path: string): string {
  const asked = args.choice('format', [...reportFormats.keys()]) ?? formatOfPath(path);
  return asked ?? (path === STANDARD_OUTPUT && isTerminal() ? 'table' : 'ndjson');
}

export function reportOptions(args: Arguments, path: string): ReportOptions {
  const top = args.integer('top', { min: 1 });
  const minAttackScore = args.number('min-attack-score', { min: 0, max: 1 });
  return {
    ...terminalOptions(args, path === STANDARD_OUTPUT),
    ...(top === undefined ? {} : { top }),
    ...(minAttackScore === undefined ? {} : { minAttackScore }),
  };
}

export function failOn(args: Arguments): (verdict: Verdict) => boolean {
  const text = args.text('fail-on');
  if (text === undefined) return () => false;
  const asked = new Set(text.split(',').map((name) => name.trim()));
  const known: readonly string[] = [...FAMILY_NAMES, 'unknown', 'any'];
  for (const name of asked) {
    if (known.includes(name)) continue;
    throw new UsageError(`--fail-on: expected one of ${known.join(', ')}, got ${name}`);
  }
  return (verdict) => asked.has(verdict.label) || (asked.has('any') && isSuspicious(verdict));
}

export function reportContext(
  inputs: readonly string[],
  model: string,
  { skips, skipped, missing }: LabelledInputs,
): ReportContext {
  const reasons = new Map([...skips].map(([reason, count]) => [skipWords(reason, count), count]));
  if (skipped.length > 0) reasons.set('files of unknown format', skipped.length);
  const generatedAt = `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return { inputs, model, skipped: reasons, missing: missing.map(inWords), generatedAt };
}
