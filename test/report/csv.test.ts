import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvReport, toCsvRow } from '../../src/report/csv.ts';
import { HOSTILE_TEXTS, sampleReport, sampleVerdict } from './sample-verdicts.ts';

/** A reader of RFC 4180 that knows nothing of the writer. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let match = cell.exec(text); match !== null; match = cell.exec(text)) {
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '\r\n') {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

describe('csv report', () => {
  test('every row has the columns of the header', () => {
    const rows = parseCsv([...csvReport.render(sampleReport())].join(''));
    expect(rows).toHaveLength(5);
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([rows[0]!.length]));
    const column = (name: string) => rows[0]!.indexOf(name);
    expect(rows[1]![column('host')]).toBe('10.0.0.7');
    expect(rows[1]![column('labels')]).toBe('scan/horizontal c2');
    expect(rows[2]![column('bytes')]).toBe(''); // what the input cannot show is an empty cell
  });

  test('no cell with text of others begins a formula', () => {
    for (const text of [...HOSTILE_TEXTS, '\t=1+1', '  +1', '-1+1', '＝1+1', '\r=1']) {
      const reasons = [{ feature: 'x', value: 1, contribution: 1, text }];
      const [, row] = parseCsv(
        [...csvReport.render(sampleReport([sampleVerdict({ host: text, reasons })]))].join(''),
      );
      for (const value of row!) expect(value).not.toMatch(/^\s*[=+\-@＝]/);
    }
  });

  test('any cells come back as they were, but for the apostrophe before a formula', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (cells) => {
        const [row] = parseCsv(toCsvRow(cells));
        expect(row!.map((value, i) => (value === `'${cells[i]!}` ? cells[i] : value))).toEqual(
          cells,
        );
      }),
    );
  });

  test('numbers keep their sign and missing ones are empty', () => {
    expect(toCsvRow([-1.5, Number.NaN, null, true])).toBe('-1.5,,,true\r\n');
  });
});
