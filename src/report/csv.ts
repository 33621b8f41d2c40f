import type { Verdict } from '../score/verdict.ts';
import { rankVerdicts } from './ranking.ts';
import type { ReportRenderer } from './report.ts';
import { formatLabel } from './wording.ts';

type Cell = string | number | boolean | null;

const COLUMNS: readonly (readonly [name: string, read: (verdict: Verdict) => Cell])[] = [
  ['host', (v) => v.host],
  ['label', (v) => v.label],
  ['detail', (v) => v.detail],
  ['probability', (v) => v.probability],
  ['attackScore', (v) => v.attackScore],
  ['sourceProven', (v) => v.sourceProven],
  ['attack', (v) => v.attack.join(' ')],
  ['labels', (v) => v.labels.map(formatLabel).join(' ')],
  ['predictionSet', (v) => v.predictionSet.join(' ')],
  ['startUs', (v) => v.window.startUs],
  ['endUs', (v) => v.window.endUs],
  ['flows', (v) => v.observed.flows],
  ['packets', (v) => v.observed.packets],
  ['bytes', (v) => v.observed.bytes],
  ['reasons', (v) => v.reasons.map((reason) => reason.text).join('; ')],
  ['evidence', (v) => v.evidence.map((evidence) => evidence.text).join('; ')],
  ['missing', (v) => v.missing.join(' ')],
  ['model', (v) => v.model],
  ['schema', (v) => v.schema],
];

/** RFC 4180 with a header, one verdict a row; lists inside a cell are joined by spaces or `; `. */
export const csvReport: ReportRenderer = {
  extensions: ['csv'],
  *render(report, options = {}) {
    yield toCsvRow(COLUMNS.map(([name]) => name));
    for (const verdict of rankVerdicts(report, options, Infinity).shown) {
      yield toCsvRow(COLUMNS.map(([, read]) => read(verdict)));
    }
  },
};

/** One row, ended by CRLF (RFC 4180 §2). Missing is an empty cell. */
export function toCsvRow(cells: readonly Cell[]): string {
  return `${cells.map(toCsvCell).join(',')}\r\n`;
}

// A spreadsheet runs a cell that begins with one of these as a formula (OWASP, "CSV Injection"), the
// full-width forms included; quoting does not stop it, a leading apostrophe does.
const FORMULA = /^[\s]*[=+\-@\uff0b\uff0d\uff1d\uff20]|^[\t\r\n]/;

/** One cell, quoted and made harmless where that is needed. */
export function toCsvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : '';
  if (typeof cell === 'boolean') return String(cell);
  const harmless = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
