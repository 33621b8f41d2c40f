import { canonicalAddress } from '../../bytes/ip-address.ts';
import { explainHost, type HostExplanation } from '../../job/explain-host.ts';
import { STANDARD_OUTPUT, writeAll, writeOutput } from '../../job/write-output.ts';
import { toVerdictLine } from '../../report/ndjson.ts';
import {
  formatBytes, formatCounted, formatDuration, formatLabel, formatScore, formatTime, visibleText,
} from '../../report/wording.ts'; // prettier-ignore
import { UsageError, type Arguments } from '../arguments.ts';
import { EXIT_DONE, type Command } from '../command.ts';
import { INPUT_OPTIONS, OUTPUT_OPTION, outputPath, readOptions } from '../input-options.ts';
import { chosenModel, MODEL_OPTION } from '../model-options.ts';
import { noteInputs } from '../notes.ts';
import { ProgressLine } from '../progress-line.ts';
import { isTerminal } from '../terminal.ts';

/** `rapsheet explain INPUT… HOST` */
export const explainCommand: Command = {
  options: {
    format: { value: 'FORMAT', help: 'text (default on a terminal) or json' },
    flows: { value: 'N', help: 'show the first N flows of the host (default 20)' },
    ...OUTPUT_OPTION,
    ...MODEL_OPTION,
    ...INPUT_OPTIONS,
  },
  examples: [
    [
      'rapsheet explain capture.pcap 10.0.0.7',
      'why 10.0.0.7 got its verdict, and what would change it',
    ],
  ],
  run: runExplain,
};

async function runExplain(args: Arguments): Promise<number> {
  const inputs = args.positionals.slice(0, -1);
  const name = args.positionals.at(-1);
  if (name === undefined || inputs.length === 0)
    throw new UsageError('an INPUT and a HOST are needed');
  const host = canonicalAddress(name);
  if (host === undefined)
    throw new UsageError(`${name} is no address: the last argument is the HOST`);
  const path = outputPath(args);
  const readable = path === STANDARD_OUTPUT && isTerminal();
  const format = args.choice('format', ['text', 'json'] as const) ?? (readable ? 'text' : 'json');
  const flows = args.integer('flows', { min: 0, max: 100_000 }) ?? 20;
  const model = chosenModel(args);
  const progress = new ProgressLine(args);
  await writeOutput(path, async (write) => {
    const options = { ...readOptions(args, progress), flows };
    const explanation = await explainHost(inputs, host, model, options);
    progress.clear();
    noteInputs(explanation, explanation.skips);
    writeAll(write, format === 'json' ? renderJson(explanation) : renderText(explanation));
  }).finally(() => progress.clear());
  return EXIT_DONE;
}

function renderJson(explanation: HostExplanation): string[] {
  const { verdict, nearest, changes, missingFeatures, flows, flowCount } = explanation;
  const line = { ...toVerdictLine(verdict), nearest, changes, missingFeatures, flows, flowCount };
  return [`${JSON.stringify(line)}\n`];
}

function* renderText(explanation: HostExplanation): Generator<string> {
  for (const line of lines(explanation)) yield `${visibleText(line)}\n`;
}

function* lines({
  verdict,
  nearest,
  changes,
  missingFeatures,
  flows,
  flowCount,
}: HostExplanation): Generator<string> {
  const { window, observed } = verdict;
  yield `${verdict.host}: ${formatLabel(verdict)}, probability ${formatScore(verdict.probability)}, attack score ${formatScore(verdict.attackScore)}`;
  const seen = [
    formatCounted(observed.flows, 'flow'),
    observed.packets === null ? '' : formatCounted(observed.packets, 'packet'),
    formatBytes(observed.bytes),
    `from ${formatTime(window.startUs)} for ${formatDuration(window.endUs - window.startUs)}`,
  ];
  yield `  seen      ${seen.filter((part) => part !== '').join(', ')}`;
  yield `  source    ${verdict.sourceProven ? 'proven: it completed a handshake' : 'may be spoofed: no completed handshake was seen'}`;
  const others = verdict.labels
    .slice(1)
    .map((b) => `${formatLabel(b)} ${formatScore(b.probability)}`);
  if (others.length > 0) yield `  also      ${others.join(', ')}`;
  yield `  could be  ${verdict.predictionSet.length === 0 ? 'unlike anything learnt' : verdict.predictionSet.join(', ')}`;
  if (verdict.attack.length > 0) yield `  ATT&CK    ${verdict.attack.join(', ')}`;
  yield* section('Why', verdict.reasons.map(({ contribution, text, feature }) => `${contribution.toFixed(2).padStart(6)}  ${text} (${feature})`)); // prettier-ignore
  yield* section(
    'What would change it: with the value that benign hosts usually have',
    changes.map(({ text, feature, label, attackScore }) => `${formatScore(attackScore).padStart(6)}  ${label}, had it been: ${text} (${feature})`), // prettier-ignore
  );
  yield* section(
    'Where to look',
    verdict.evidence.map(({ text, flowId }) => `${text}  ${flowId}`),
  );
  yield* section(
    'Most like these hosts that the model learnt from',
    nearest.map(
      ({ family, group, distance }) => `${distance.toFixed(2).padStart(6)}  ${family} (${group})`,
    ),
  );
  const shown = flows.length < flowCount ? `First ${flows.length} of ${formatCounted(flowCount, 'flow')}` : formatCounted(flowCount, 'flow'); // prettier-ignore
  yield* section(shown, flows.map(({ startUs, text }) => `${formatTime(startUs)}  ${text}`)); // prettier-ignore
  if (verdict.missing.length > 0) {
    yield '';
    yield `This input does not show ${verdict.missing.join(', ')}.`;
  }
  if (missingFeatures.length > 0) {
    yield '';
    yield `No value of ${formatCounted(missingFeatures.length, 'feature')}: ${missingFeatures.join(', ')}`;
  }
}

function* section(title: string, rows: readonly string[]): Generator<string> {
  if (rows.length === 0) return;
  yield '';
  yield title;
  for (const row of rows) yield `  ${row}`;
}
