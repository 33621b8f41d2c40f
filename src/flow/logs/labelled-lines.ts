import { logAddress } from './log-address.ts';
import { CsvHeading, splitCsvLine } from './csv.ts';
import { isObject, parseJsonLine, textOf } from './json-line.ts';
import type { LogReader } from './log-reader.ts';
import { decodeText } from './text-cache.ts';

/** Whose words a label is in: data sets call the same thing differently, and different things the same. */
export const LABEL_VOCABULARIES = [
  'ctu-13', 'zeek', 'unsw-nb15', 'cic', 'ton-iot', 'bot-iot', 'nf',
] as const; // prettier-ignore

export type LabelVocabulary = (typeof LABEL_VOCABULARIES)[number];

/** What a labelled line says of one host. */
export interface LineLabel {
  readonly vocabulary: LabelVocabulary;
  /** The label as the line has it, several columns joined by a blank; never `''`. */
  readonly word: string;
  /** Whom it is about: the originator, or the source where the publisher says that labels are of sources. */
  readonly host: string;
}

/**
 * Reads as `reader` does, and tells of every line that gave a flow or an event what its label columns say.
 *
 * | table                   | label columns                                    | word                                       |
 * |-------------------------|--------------------------------------------------|--------------------------------------------|
 * | Argus, `.binetflow`     | `Label`                                          | of the source, whichever way `Dir` points  |
 * | Argus, BoT-IoT          | `category`, `subcategory`                        | both                                       |
 * | Zeek, tabs and JSON     | `detailed-label` or `detailedlabel`, else `label`| the detailed one, unless it is empty       |
 * | UNSW-NB15               | the last two of 49                               | `attack_cat`, `Normal` for label 0         |
 * | CICFlowMeter            | `Label`, `Attempted Category`                    | `… - Attempted` where the category says so |
 * | ToN-IoT                 | `type`                                           |                                            |
 * | `NF-…`                  | `Attack`                                         |                                            |
 */
export function labelledLines(
  format: string,
  reader: LogReader,
  onLabel: (label: LineLabel) => void,
): LogReader {
  return (sink, atEnd, local) => {
    let host = '';
    const readLine = reader(
      {
        flow: (flow) => {
          host ||= flow.originator;
          sink.flow(flow);
        },
        event: (event) => {
          host ||= event.originator;
          sink.event(event);
        },
        visibility: (shown) => sink.visibility(shown),
        skipped: (reason, count) => sink.skipped(reason, count),
      },
      atEnd,
      local,
    );
    let columns = WITHOUT_HEADING[format];
    return (bytes, start, end) => {
      host = '';
      const outcome = readLine(bytes, start, end);
      if (outcome === 'nothing')
        columns = labelColumns(format, decodeText(bytes, start, end), columns);
      else if (outcome === 'record' && columns !== undefined && host !== '') {
        const said = columns.labelOf(decodeText(bytes, start, end));
        const { vocabulary } = columns;
        if (said !== undefined) onLabel({ vocabulary, word: said.word, host: said.host ?? host });
      }
      return outcome;
    };
  };
}

/** Where a table keeps its labels. */
interface LabelColumns {
  readonly vocabulary: LabelVocabulary;
  /** `undefined` for a line without one. */
  readonly labelOf: (line: string) => { readonly word: string; readonly host?: string } | undefined;
}

const WITHOUT_HEADING: Readonly<Record<string, LabelColumns>> = {
  'unsw-nb15-csv': { vocabulary: 'unsw-nb15', labelOf: unswLabel },
  'zeek-json': { vocabulary: 'zeek', labelOf: jsonLabel },
};

/** What a line that is no record changes: a heading says where labels are, or that there are none. */
function labelColumns(
  format: string,
  line: string,
  before: LabelColumns | undefined,
): LabelColumns | undefined {
  if (line.trim() === '') return before;
  switch (format) {
    case 'zeek-tsv':
      return line.trimStart().startsWith('#fields') ? zeekColumns(line) : before;
    case 'argus-csv':
      return argusColumns(new CsvHeading(line));
    case 'cicflowmeter-csv':
      return cicColumns(new CsvHeading(line));
    case 'flow-csv':
      return flowColumns(new CsvHeading(line));
    default:
      return before;
  }
}

/** `.labeled` files may part their last columns by three blanks: see `zeekTsv`. */
const ZEEK_CELLS = /\t| {3,}/;

function zeekColumns(line: string): LabelColumns | undefined {
  const names = line.trim().split(ZEEK_CELLS).slice(1);
  const label = names.indexOf('label');
  const detailed = names.findIndex((name) => /^detailed[-_]?label$/.test(name));
  if (label < 0 && detailed < 0) return undefined;
  return {
    vocabulary: 'zeek',
    labelOf: (text) => {
      const cells = text.trimEnd().split(ZEEK_CELLS);
      return ofWords(zeekWord(cells[label] ?? '', cells[detailed] ?? ''));
    },
  };
}

function jsonLabel(line: string): { word: string } | undefined {
  const entry = parseJsonLine(line);
  if (!isObject(entry)) return undefined;
  const detailed = ['detailed-label', 'detailedlabel', 'detailed_label'].map((name) => textOf(entry, name)); // prettier-ignore
  return ofWords(zeekWord(textOf(entry, 'label'), detailed.find(Boolean) ?? ''));
}

/** A detail of what is harmless (`Google`, `DHCP`) adds nothing to it. */
function zeekWord(label: string, detailed: string): string {
  const [coarse, fine] = [label, detailed].map((text) => /^(-|\(empty\))?$/.test(text.trim()) ? '' : text.trim()); // prettier-ignore
  return fine === '' || /^benign$/i.test(coarse!) ? coarse! : fine!;
}

function argusColumns(heading: CsvHeading): LabelColumns | undefined {
  const [category, label] = [heading.column('category'), heading.column('Label')];
  const at = { subcategory: heading.column('subcategory'), source: heading.column('SrcAddr', 'saddr') }; // prettier-ignore
  if (category >= 0) {
    return {
      vocabulary: 'bot-iot',
      labelOf: (line) => {
        const cells = splitCsvLine(line, heading.delimiter);
        return ofWords(`${cells[category] ?? ''} ${cells[at.subcategory] ?? ''}`, cells[at.source]);
      },
    };
  }
  if (label < 0) return undefined;
  return {
    vocabulary: 'ctu-13',
    labelOf: (line) => {
      const cells = splitCsvLine(line, heading.delimiter);
      return ofWords(cells[label] ?? '', cells[at.source]);
    },
  };
}

function cicColumns(heading: CsvHeading): LabelColumns | undefined {
  const label = heading.column('Label');
  const category = heading.column('Attempted Category');
  if (label < 0) return undefined;
  return {
    vocabulary: 'cic',
    labelOf: (line) => {
      const cells = splitCsvLine(line, heading.delimiter);
      const word = (cells[label] ?? '').trim();
      // Liu et al. (2022): −1 is no attempt, 0 to 6 say why an attack came to nothing.
      const attempted = Number(cells[category] ?? -1) >= 0 && !/^benign$|attempted$/i.test(word);
      return ofWords(attempted && word !== '' ? `${word} - Attempted` : word);
    },
  };
}

function flowColumns(heading: CsvHeading): LabelColumns | undefined {
  const [attack, type] = [heading.column('Attack'), heading.column('type')];
  const [vocabulary, column] = attack >= 0 ? (['nf', attack] as const) : (['ton-iot', type] as const); // prettier-ignore
  if (column < 0 || heading.column('label') < 0) return undefined;
  return {
    vocabulary,
    labelOf: (line) => ofWords(splitCsvLine(line, heading.delimiter)[column] ?? ''),
  };
}

const UNSW_COLUMNS = 49;

function unswLabel(line: string): { word: string } | undefined {
  const cells = splitCsvLine(line.trimEnd(), ',');
  if (cells.length !== UNSW_COLUMNS) return undefined;
  return ofWords(cells[48]?.trim() === '0' ? 'Normal' : (cells[47] ?? ''));
}

function ofWords(text: string, source?: string): { word: string; host?: string } | undefined {
  const word = text.trim().replace(/\s+/g, ' ');
  if (word === '' || word === '-') return undefined;
  const host = source === undefined ? undefined : logAddress(source.trim());
  return host === undefined ? { word } : { word, host };
}
