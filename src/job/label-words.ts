import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LABEL_VOCABULARIES, type LabelVocabulary } from '../flow/logs/labelled-lines.ts';
import { FAMILY_NAMES, type Family } from '../score/family.ts';
import { RapsheetError, readError } from './errors.ts';

/** The table that comes with the package; the same place from `src` and from `dist`. */
export const LABEL_WORDS = fileURLToPath(
  new URL('../../datasets/label-words.csv', import.meta.url),
);

/**
 * What a data set's word means here. `nothing`: it says nothing of the host (CTU-13's background, an attack that was
 * only attempted). `unclear`: an attack, of a kind that the word does not say; its host is neither calm nor of a family.
 */
export type Meaning =
  | { readonly kind: 'family'; readonly family: Family; readonly detail: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unclear' };

/** What the words of labelled data sets mean: the first row that fits decides. */
export class LabelWords {
  readonly #rows: readonly WordRow[];
  readonly #known = new Map<string, Meaning>();

  constructor(rows: readonly WordRow[]) {
    this.#rows = rows;
  }

  /** `undefined` for a word that no row has. */
  meaningOf(vocabulary: LabelVocabulary, word: string): Meaning | undefined {
    const key = `${vocabulary} ${word}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const plain = plainWord(word);
    const row = this.#rows.find((one) => one.vocabulary === vocabulary && one.pattern.test(plain));
    if (row !== undefined && this.#known.size < MOST_KNOWN) this.#known.set(key, row.meaning);
    return row?.meaning;
  }
}

const MOST_KNOWN = 10_000;

interface WordRow {
  readonly vocabulary: LabelVocabulary;
  readonly pattern: RegExp;
  readonly meaning: Meaning;
}

/** Reads the package's table, after one of the user's own if there is one: its rows are looked at first. */
export function readLabelWords(own?: string): LabelWords {
  const tables = own === undefined ? [LABEL_WORDS] : [own, LABEL_WORDS];
  return new LabelWords(tables.flatMap((path) => parseLabelWords(readText(path), path)));
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw readError(path, cause);
  }
}

/** Lines `vocabulary,word,label`; `#` begins a comment, `*` in a word stands for anything. The first mistake is an error with its line. */
function parseLabelWords(text: string, path: string): WordRow[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const fail = (message: string, hint: string): never => {
      throw new RapsheetError('LABELS_INVALID', `${path}:${index + 1}: ${message}`, { hint });
    };
    const row = line.replace(/(^|\s)#.*$/, '').trim();
    if (row === '' || row === 'vocabulary,word,label') return [];
    const [name = '', word = '', label = '', ...more] = row.split(',').map((cell) => cell.trim());
    if (word === '' || label === '' || more.length > 0) {
      fail('expected vocabulary,word,label', 'write a * for a comma in a word');
    }
    const vocabulary = LABEL_VOCABULARIES.find((known) => known === name);
    if (vocabulary === undefined) {
      return fail(`unknown vocabulary "${name}"`, `it is one of ${LABEL_VOCABULARIES.join(', ')}`);
    }
    const meaning = parseMeaning(label);
    if (meaning === undefined) {
      return fail(
        `unknown label "${label}"`,
        `it is nothing, unclear, one of ${FAMILY_NAMES.join(', ')}, or family/detail`,
      );
    }
    return [{ vocabulary, pattern: wordPattern(word), meaning }];
  });
}

function parseMeaning(label: string): Meaning | undefined {
  if (label === 'nothing' || label === 'unclear') return { kind: label };
  const [name, detail = ''] = label.split('/', 2);
  const family = FAMILY_NAMES.find((known) => known === name);
  if (family === undefined || !/^([a-z0-9][a-z0-9._-]*)?$/.test(detail)) return undefined;
  return { kind: 'family', family, detail };
}

function wordPattern(word: string): RegExp {
  const parts = plainWord(word).split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')); // prettier-ignore
  return new RegExp(`^${parts.join('.*')}$`);
}

/** Copies of one table differ in case, blanks and the dash, which is U+FFFD where a page code was lost (CIC-IDS2017). */
function plainWord(word: string): string {
  return word.toLowerCase().replace(/[\u2010-\u2015\u0096\ufffd]/g, '-').replace(/\s*-+\s*/g, '-').replace(/\s+/g, ' ').trim(); // prettier-ignore
}
