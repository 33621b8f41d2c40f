/** Cells of one line of CSV (RFC 4180) or TSV. Quoted cells may hold the delimiter, but no line break. */
export function splitCsvLine(line: string, delimiter: string): string[] {
  if (!line.includes('"')) return line.split(delimiter);
  const cells: string[] = [];
  let at = 0;
  while (at <= line.length) {
    if (line[at] !== '"') {
      const end = line.indexOf(delimiter, at);
      cells.push(end < 0 ? line.slice(at) : line.slice(at, end));
      if (end < 0) return cells;
      at = end + 1;
      continue;
    }
    const close = closingQuote(line, at + 1);
    const end = line.indexOf(delimiter, close);
    cells.push(line.slice(at + 1, close).replaceAll('""', '"'));
    if (end < 0) return cells;
    at = end + 1;
  }
  return cells;
}

/** Which delimiter a heading uses: the one that gives most columns. */
function csvDelimiter(heading: string): string {
  const columns = (delimiter: string): number => heading.split(delimiter).length;
  return ['\t', ';'].find((delimiter) => columns(delimiter) > columns(',')) ?? ',';
}

/** A heading's columns, found by any of the names that versions of a tool gave them. */
export class CsvHeading {
  readonly delimiter: string;
  readonly columns: number;
  readonly #index = new Map<string, number>();

  constructor(line: string) {
    this.delimiter = csvDelimiter(line);
    const names = splitCsvLine(line, this.delimiter);
    this.columns = names.length;
    for (const [index, name] of names.entries()) {
      const key = CsvHeading.key(name);
      if (!this.#index.has(key)) this.#index.set(key, index);
    }
  }

  /** Position of the first of `names` that is there, else −1. */
  column(...names: string[]): number {
    for (const name of names) {
      const index = this.#index.get(CsvHeading.key(name));
      if (index !== undefined) return index;
    }
    return -1;
  }

  /** Case, blanks and punctuation differ between versions of the same table (`Src IP`, `SrcIP`, ` src_ip`). */
  static key(name: string): string {
    return name.toLowerCase().replace(/[^a-z0-9/]/g, '');
  }
}

function closingQuote(line: string, from: number): number {
  let at = line.indexOf('"', from);
  while (at >= 0 && line[at + 1] === '"') at = line.indexOf('"', at + 2);
  return at < 0 ? line.length : at;
}
