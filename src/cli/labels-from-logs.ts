import { dirname, resolve } from 'node:path';
import { inputPaths, type LabelsFile } from '../job/labels-file.ts';
import type { LabelsFromLogs } from '../job/labels-from-logs.ts';
import type { TrainingRowsOptions } from '../job/train-model.ts';
import { writeText } from '../job/write-output.ts';
import { toCsvCell } from '../report/csv.ts';
import { formatCounted } from '../report/wording.ts';
import type { Arguments } from './arguments.ts';
import { note } from './notes.ts';
import type { Options } from './option.ts';
import type { ProgressLine } from './progress-line.ts';

/** Options of the commands that take labels from the lines of logs. */
export const FROM_LABELS_OPTIONS: Options = {
  'from-labels': {
    value: 'DIR',
    help: 'instead of LABELS: labelled logs (CTU-13, Zeek .labeled, UNSW-NB15, CICFlowMeter, ToN-IoT, BoT-IoT, NF-…), whose lines say what each host is',
  },
  'label-words': {
    value: 'FILE',
    help: 'what words of their labels mean, before datasets/label-words.csv: lines vocabulary,word,label',
  },
  'write-labels': {
    value: 'FILE',
    help: 'also write the labels that were found, as a LABELS file',
  },
};

/** Hosts that are named. */
const SHOWN = 3;

/** The options that read labels from logs; empty if none was asked for. */
export function fromLabels(
  args: Arguments,
  progress: ProgressLine,
): Pick<TrainingRowsOptions, 'fromLogs'> {
  if (args.text('from-labels') === undefined) return {};
  const words = args.text('label-words');
  const path = args.text('write-labels');
  return {
    fromLogs: {
      ...(words === undefined ? {} : { words }),
      onLabels: async (found) => {
        progress.clear();
        noteLabels(found);
        if (path !== undefined) await writeText(path, labelLines(found.labels));
      },
    },
  };
}

function noteLabels({ labels, hosts, unclear, unlabelled }: LabelsFromLogs): void {
  const inputs = new Set(labels.rows.map(({ input }) => input)).size;
  const families = [...hosts].map(([family, count]) => `${count} ${family}`).join(', ');
  note(`labels of ${formatCounted(labels.rows.length, 'host')} in ${formatCounted(inputs, 'input')}: ${families}`); // prettier-ignore
  if (unclear.length > 0) {
    const some = unclear.slice(0, SHOWN).map(({ input, host, why }) => `${host} of ${inputName(input)} (${why})`); // prettier-ignore
    note(`left out ${formatCounted(unclear.length, 'host')} whose labels name no one kind of attack: ${some.join(', ')}${more(unclear)}`); // prettier-ignore
  }
  if (unlabelled.length > 0) {
    note(`passed over ${formatCounted(unlabelled.length, 'file')} without labels: ${unlabelled.slice(0, SHOWN).join(', ')}${more(unlabelled)}`); // prettier-ignore
  }
}

/** Zeek's logs of one folder are named by the folder. */
function inputName(input: string): string {
  const [first = '', ...others] = input.split(' + ');
  return others.length === 0 ? first : dirname(first);
}

function more(list: readonly unknown[]): string {
  return list.length > SHOWN ? ` and ${list.length - SHOWN} more` : '';
}

/** A LABELS file that may lie anywhere: its paths are absolute. */
function* labelLines(labels: LabelsFile): Generator<string> {
  yield 'input,host,label\n';
  for (const { input, hostText, family, detail } of labels.rows) {
    const paths = inputPaths(labels, input).map((path) => resolve(path)).join(' + '); // prettier-ignore
    yield `${toCsvCell(paths)},${hostText},${detail === '' ? family : `${family}/${detail}`}\n`;
  }
}
