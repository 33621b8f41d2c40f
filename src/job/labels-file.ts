import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { canonicalAddress, parseNetwork, type Network } from '../bytes/ip-address.ts';
import { FAMILY_NAMES, type Family } from '../score/family.ts';
import { RapsheetError, readError } from './errors.ts';

/** Which hosts a row is about. */
type HostPattern =
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'network'; readonly network: Network }
  /** Every other host that initiated a flow there. */
  | { readonly kind: 'every' };

/** One row of a labels file. */
export interface LabelRow {
  /** Line in the file, from 1. */
  readonly line: number;
  /** As written: relative to the labels file, perhaps a glob, perhaps several joined by ` + `. */
  readonly input: string;
  readonly host: HostPattern;
  readonly hostText: string;
  readonly family: Family;
  /** `''` if the row names only a family. */
  readonly detail: string;
  /** Microseconds since the epoch; −∞ and ∞ where the row does not say. */
  readonly startUs: number;
  readonly endUs: number;
}

export interface LabelsFile {
  readonly path: string;
  readonly rows: readonly LabelRow[];
}

/** Reads a labels file: CSV with the heading `input,host,label[,start,end]`. The first mistake is an error with its line. */
export function readLabelsFile(path: string): LabelsFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw readError(path, cause);
  }
  return { path, rows: parseLabels(text, path) };
}

/** The rows of each input, in the order the file names them first. */
export function rowsByInput(labels: LabelsFile): Map<string, LabelRow[]> {
  const groups = new Map<string, LabelRow[]>();
  for (const row of labels.rows) {
    const group = groups.get(row.input);
    if (group === undefined) groups.set(row.input, [row]);
    else group.push(row);
  }
  return groups;
}

/** The paths that `input` of a labels file stands for, seen from the working folder. */
export function inputPaths(labels: LabelsFile, input: string): string[] {
  const folder = dirname(labels.path);
  return input
    .split(' + ')
    .map((part) => part.trim())
    .map((part) => (isAbsolute(part) || folder === '.' ? part : join(folder, part)));
}

export function parseLabels(text: string, path: string): LabelRow[] {
  const fail = (line: number, message: string, hint = ''): never => {
    throw new RapsheetError('LABELS_INVALID', `${path}:${line}: ${message}`, { hint });
  };
  const records = parseCsv(text.replace(/^\ufeff/, ''), fail);
  const heading = records.shift();
  const names = heading?.cells.map((cell) => cell.trim().toLowerCase()) ?? [];
  for (const name of ['input', 'host', 'label']) {
    if (!names.includes(name)) {
      fail(
        1,
        `no column "${name}"`,
        'the first line must be input,host,label or input,host,label,start,end',
      );
    }
  }
  const rows = records.map(({ line, cells }) => {
    if (cells.length !== names.length) {
      fail(line, `expected ${names.length} columns, got ${cells.length}`);
    }
    const cell = (name: string): string => cells[names.indexOf(name)]?.trim() ?? '';
    if (cell('input') === '')
      fail(line, 'no input', 'name a capture or log, relative to this file');
    const [family, detail] = parseLabel(cell('label'), (message, hint) =>
      fail(line, message, hint),
    );
    return {
      line,
      input: cell('input'),
      host: parseHost(cell('host')) ?? fail(line, `"${cell('host')}" is no address`, 'write an address, a network such as 10.0.0.0/8, or *'), // prettier-ignore
      hostText: cell('host'),
      family,
      detail,
      startUs: parseSeconds(cell('start'), -Infinity) ?? fail(line, `start "${cell('start')}" is no number of epoch seconds`), // prettier-ignore
      endUs: parseSeconds(cell('end'), Infinity) ?? fail(line, `end "${cell('end')}" is no number of epoch seconds`), // prettier-ignore
    };
  });
  if (rows.length === 0)
    fail(1, 'no labels', 'write one line input,host,label for every labelled host');
  for (const row of rows) if (!(row.startUs < row.endUs)) fail(row.line, 'start is not before end');
  return rows;
}

type Fail = (message: string, hint?: string) => never;

function parseLabel(text: string, fail: Fail): [Family, string] {
  const slash = text.indexOf('/');
  const name = slash < 0 ? text : text.slice(0, slash);
  const family = FAMILY_NAMES.find((known) => known === name);
  if (family === undefined) {
    return fail(
      `unknown label "${text}"`,
      `a label is one of ${FAMILY_NAMES.join(', ')}, or family/detail`,
    );
  }
  const detail = slash < 0 ? '' : text.slice(slash + 1);
  if (slash >= 0 && !/^[a-z0-9][a-z0-9._-]*$/.test(detail)) {
    fail(`bad detail in "${text}"`, 'write it in lower case, as in scan/horizontal');
  }
  return [family, detail];
}

function parseHost(text: string): HostPattern | undefined {
  if (text === '*') return { kind: 'every' };
  if (text.includes('/')) {
    const network = parseNetwork(text);
    return network === undefined ? undefined : { kind: 'network', network };
  }
  const address = canonicalAddress(text);
  return address === undefined ? undefined : { kind: 'address', address };
}

function parseSeconds(text: string, missing: number): number | undefined {
  if (text === '') return missing;
  if (!/^-?\d+(\.\d+)?$/.test(text)) return undefined;
  return Math.round(Number(text) * 1e6);
}

interface CsvRecord {
  readonly line: number;
  readonly cells: string[];
}

/** RFC 4180, with empty lines left out. */
function parseCsv(text: string, fail: (line: number, message: string) => never): CsvRecord[] {
  const records: CsvRecord[] = [];
  let cells: string[] = [];
  let line = 1;
  let startLine = 1;
  const cell = /(?:"((?:[^"]|"")*)"[ \t]*|([^",\r\n]*))(,|\r?\n|$)/gy;
  while (cell.lastIndex < text.length || cells.length > 0) {
    const at = cell.lastIndex;
    const match = cell.exec(text);
    if (match === null) return fail(line, 'a quote that is not closed, or in the middle of a cell');
    cells.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    line += text.slice(at, cell.lastIndex).split('\n').length - 1;
    if (match[3] === ',') continue;
    if (cells.length > 1 || cells[0] !== '') records.push({ line: startLine, cells });
    cells = [];
    startLine = line;
    if (match[3] === '') break;
  }
  return records;
}
