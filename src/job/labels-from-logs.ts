import { basename, dirname, join, relative } from 'node:path';
import type { TrafficSink } from '../flow/event.ts';
import type { LabelVocabulary, LineLabel } from '../flow/logs/labelled-lines.ts';
import { isMostlyWrong, readTraffic } from '../flow/read-traffic.ts';
import { recogniseInput, type InputFormat } from '../flow/recognise-input.ts';
import { FAMILY_NAMES, type Family } from '../score/family.ts';
import { RapsheetError } from './errors.ts';
import { findInputs, type InputFile } from './find-inputs.ts';
import { LABEL_WORDS, readLabelWords, type LabelWords, type Meaning } from './label-words.ts';
import type { LabelRow, LabelsFile } from './labels-file.ts';
import { openInput } from './open-input.ts';

export interface LabelsFromLogsOptions {
  /** A table of words that is looked at before the package's. */
  readonly words?: string;
  readonly onInput?: (path: string, index: number, total: number) => void;
}

/** Labels that the lines of logs carry, gathered by host. */
export interface LabelsFromLogs {
  readonly labels: LabelsFile;
  /** Hosts of each family, in the order of `FAMILY_NAMES`. */
  readonly hosts: ReadonlyMap<Family, number>;
  /** Hosts with an attack whose kind no label says, or of which no family has the half of their attack flows. */
  readonly unclear: readonly {
    readonly input: string;
    readonly host: string;
    readonly why: string;
  }[];
  /** Files in which no line has a label: captures, configurations, logs without such columns. */
  readonly unlabelled: readonly string[];
}

/** Hosts of one input whose labels are counted; more are left out. */
const MOST_HOSTS = 1 << 20;

/**
 * Reads labelled logs, and gives every host that a label is about the family that most of its attack lines name; a
 * host whose lines are all harmless is benign. Zeek's logs of one folder are one input, any other file is one.
 */
export async function labelsFromLogs(
  folder: string,
  options: LabelsFromLogsOptions = {},
): Promise<LabelsFromLogs> {
  const words = readLabelWords(options.words);
  const files = findInputs([folder]);
  const base = files.length === 1 && files[0]!.path === folder ? dirname(folder) : folder;
  const inputs = new Map<string, { paths: string[]; hosts: HostLabels; isLabelled: boolean }>();
  const unlabelled: string[] = [];
  for (const [index, file] of files.entries()) {
    options.onInput?.(file.path, index, files.length);
    if (files.some(({ path }) => path === `${file.path}.labeled`)) continue;
    const hosts = new HostLabels(words, file.path, options.words ?? LABEL_WORDS);
    const format = await readLabels(file, (label) => hosts.add(label));
    hosts.refuseUnknown();
    if (format === undefined || (hosts.size === 0 && !format.startsWith('zeek'))) {
      unlabelled.push(file.path);
      continue;
    }
    const key = format.startsWith('zeek') ? dirname(file.path) : file.path;
    const input = inputs.get(key);
    if (input === undefined)
      inputs.set(key, { paths: [file.path], hosts, isLabelled: hosts.size > 0 }); // prettier-ignore
    else {
      input.paths.push(file.path);
      input.isLabelled ||= hosts.size > 0;
      input.hosts.merge(hosts);
    }
  }
  const labelled = [...inputs.values()].filter(({ isLabelled }) => isLabelled);
  const others = [...inputs.values()].filter(({ isLabelled }) => !isLabelled);
  return {
    ...rowsOf(folder, base, labelled),
    unlabelled: unlabelled.concat(others.flatMap(({ paths }) => paths)),
  };
}

/** The format of a log that was read to its end; `undefined` for what is none. */
async function readLabels(
  file: InputFile,
  onLabel: (label: LineLabel) => void,
): Promise<InputFormat | undefined> {
  const input = await openInput(file);
  const format = recogniseInput(input.head);
  if (format === undefined || !LABELLED.has(format)) {
    await input.close();
    return undefined;
  }
  const summary = await readTraffic(format, input.chunks, NOWHERE, { onLabel });
  return isMostlyWrong(summary) ? undefined : format;
}

/** Formats of which labelled ones are about. */
const LABELLED: ReadonlySet<InputFormat> = new Set([
  'zeek-tsv', 'zeek-json', 'argus-csv', 'unsw-nb15-csv', 'cicflowmeter-csv', 'flow-csv',
] as const); // prettier-ignore

const ignore = (): void => undefined;
const NOWHERE: TrafficSink = { flow: ignore, event: ignore, visibility: ignore, skipped: ignore };

/** Lines of one host by what they say of it; `unclear` is a family of its own here. */
type Tally = Map<Family | 'unclear', { lines: number; details: Map<string, number> }>;

class HostLabels {
  readonly hosts = new Map<string, Tally>();
  readonly #words: LabelWords;
  readonly #path: string;
  readonly #table: string;
  readonly #unknown = new Map<string, LabelVocabulary>();
  #size = 0;

  constructor(words: LabelWords, path: string, table: string) {
    this.#words = words;
    this.#path = path;
    this.#table = table;
  }

  /** Lines with a label, those that say nothing too. */
  get size(): number {
    return this.#size;
  }

  add({ vocabulary, word, host }: LineLabel): void {
    this.#size++;
    const meaning = this.#words.meaningOf(vocabulary, word);
    if (meaning === undefined && this.#unknown.size < MOST_UNKNOWN) {
      this.#unknown.set(word, vocabulary);
    }
    if (meaning === undefined || meaning.kind === 'nothing') return;
    let tally = this.hosts.get(host);
    if (tally === undefined) {
      if (this.hosts.size >= MOST_HOSTS) return;
      this.hosts.set(host, (tally = new Map() as Tally));
    }
    count(tally, meaning);
  }

  merge(other: HostLabels): void {
    this.#size += other.#size;
    for (const [host, tally] of other.hosts) {
      const known = this.hosts.get(host);
      if (known === undefined) {
        if (this.hosts.size < MOST_HOSTS) this.hosts.set(host, tally);
        continue;
      }
      for (const [family, { lines, details }] of tally) {
        for (const [detail, of] of details) count(known, { kind: 'family', family, detail }, of);
        if (details.size === 0) count(known, { kind: 'unclear' }, lines);
      }
    }
  }

  /** A word that nobody has said the meaning of is an error: a host with a wrong label is worse than none. */
  refuseUnknown(): void {
    const [first] = this.#unknown;
    if (first === undefined) return;
    const [word, vocabulary] = first;
    const words = [...this.#unknown.keys()].map((one) => `"${one}"`).join(', ');
    throw new RapsheetError(
      'LABELS_INVALID',
      `${this.#path}: ${this.#table} does not say what ${words} means`,
      {
        // prettier-ignore
        hint: `say it in a table of your own, --label-words FILE, in a line such as ${vocabulary},${word.replaceAll(',', '*')},scan`,
      },
    );
  }
}

/** Words that an error lists. */
const MOST_UNKNOWN = 10;

type Counted =
  | { readonly kind: 'unclear' }
  | { readonly kind: 'family'; readonly family: Family | 'unclear'; readonly detail: string };

function count(tally: Tally, meaning: Counted | Meaning, lines = 1): void {
  if (meaning.kind === 'nothing') return;
  const family = meaning.kind === 'unclear' ? 'unclear' : meaning.family;
  let counts = tally.get(family);
  if (counts === undefined) tally.set(family, (counts = { lines: 0, details: new Map() }));
  counts.lines += lines;
  if (meaning.kind === 'unclear') return;
  const { details } = counts;
  if (details.size < MOST_DETAILS || details.has(meaning.detail)) {
    details.set(meaning.detail, (details.get(meaning.detail) ?? 0) + lines);
  }
}

const MOST_DETAILS = 100;

interface LabelledInput {
  readonly paths: readonly string[];
  readonly hosts: HostLabels;
}

function rowsOf(
  folder: string,
  base: string,
  inputs: readonly LabelledInput[],
): Omit<LabelsFromLogs, 'unlabelled'> {
  const rows: LabelRow[] = [];
  const unclear: { input: string; host: string; why: string }[] = [];
  const families = new Map<Family, number>();
  for (const { paths, hosts } of inputs) {
    const input = paths.map((path) => relative(base, path)).join(' + ');
    for (const [host, tally] of hosts.hosts) {
      const said = familyOf(tally);
      if (typeof said === 'string') {
        unclear.push({ input, host, why: said });
        continue;
      }
      families.set(said.family, (families.get(said.family) ?? 0) + 1);
      rows.push({
        ...said,
        line: rows.length + 1,
        input,
        host: { kind: 'address', address: host },
        hostText: host,
        startUs: -Infinity,
        endUs: Infinity,
      });
    }
  }
  const hosts = new Map(FAMILY_NAMES.flatMap((name) => (families.has(name) ? [[name, families.get(name)!] as const] : []))); // prettier-ignore
  return { labels: { path: join(base, basename(folder)), rows }, hosts, unclear };
}

/** The family of a host, or why it has none. */
function familyOf(tally: Tally): { family: Family; detail: string } | string {
  const attacks = [...tally].filter(([family]) => family !== 'benign');
  if (attacks.length === 0) return { family: 'benign', detail: mostly(tally.get('benign')!.details) }; // prettier-ignore
  const all = attacks.reduce((sum, [, { lines }]) => sum + lines, 0);
  const [first] = attacks.sort(([, a], [, b]) => b.lines - a.lines);
  const [family, { lines, details }] = first!;
  if (family !== 'unclear' && lines * 2 > all) return { family, detail: mostly(details) };
  const shares = attacks.map(([name, { lines: of }]) => `${of} lines ${name}`);
  return shares.join(', ');
}

/** The detail that most lines have; `''` if none has the half. */
function mostly(details: ReadonlyMap<string, number>): string {
  const all = [...details.values()].reduce((sum, lines) => sum + lines, 0);
  return [...details].find(([, lines]) => lines * 2 > all)?.[0] ?? '';
}
