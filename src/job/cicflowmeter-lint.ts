import { LineSplitter } from '../bytes/lines.ts';
import { cicColumns } from '../flow/logs/cicflowmeter.ts';
import { recogniseInput } from '../flow/recognise-input.ts';
import { CALM_FAMILIES } from '../score/family.ts';
import { counted, percent, type Finding } from '../score/lint/finding.ts';
import { CicTable, isBenign, type CicTableCounts } from './cicflowmeter-table.ts';
import { RapsheetError } from './errors.ts';
import { findInputs, type InputFile } from './find-inputs.ts';
import type { LabelRow } from './labels-file.ts';
import { openInput } from './open-input.ts';

interface Table {
  readonly path: string;
  readonly counts: CicTableCounts;
}

/** The known defects of those inputs that are CICFlowMeter's tables, and where their own labels contradict ours. */
export async function lintCicTables(
  inputs: readonly { readonly paths: readonly string[]; readonly rows: readonly LabelRow[] }[],
): Promise<Finding[]> {
  const tables: Table[] = [];
  const contradictions: string[] = [];
  for (const { paths, rows } of inputs) {
    for (const file of filesOf(paths)) {
      const counts = await readTable(file);
      if (counts === undefined) continue;
      tables.push({ path: file.path, counts });
      contradictions.push(...contradictionsOf(file.path, counts, rows));
    }
  }
  if (tables.length === 0) return [];
  return [...tableFindings(tables), ...labelFindings(contradictions)];
}

/** What cannot be found or read is told by those who read it for its hosts. */
function filesOf(paths: readonly string[]): InputFile[] {
  try {
    return findInputs(paths);
  } catch (error) {
    if (error instanceof RapsheetError) return [];
    throw error;
  }
}

async function readTable(file: InputFile): Promise<CicTableCounts | undefined> {
  try {
    const opened = await openInput(file);
    if (recogniseInput(opened.head) !== 'cicflowmeter-csv') {
      await opened.close();
      return undefined;
    }
    return await countTable(opened.chunks);
  } catch (error) {
    if (error instanceof RapsheetError) return undefined;
    throw error;
  }
}

async function countTable(chunks: AsyncIterable<Uint8Array>): Promise<CicTableCounts | undefined> {
  const decoder = new TextDecoder();
  let table: CicTable | undefined;
  const splitter = new LineSplitter((bytes, start, end) => {
    const line = decoder.decode(bytes.subarray(start, end));
    if (table !== undefined) table.add(line);
    else if (cicColumns(line) !== undefined) table = new CicTable(line);
  });
  for await (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return table?.counts();
}

function tableFindings(tables: readonly Table[]): Finding[] {
  const sum = (read: (counts: CicTableCounts) => number): number =>
    tables.reduce((total, { counts }) => total + read(counts), 0);
  const worst = (read: (counts: CicTableCounts) => number): string[] =>
    tables
      .filter(({ counts }) => read(counts) > 0)
      .sort((a, b) => read(b.counts) / b.counts.flows - read(a.counts) / a.counts.flows)
      .slice(0, 5)
      .map(({ path, counts }) => `${path}: ${read(counts).toLocaleString('en-US')} of ${counted(counts.flows, 'flow')}`); // prettier-ignore
  const of = (part: number, whole: number, noun: string): string =>
    `${part.toLocaleString('en-US')} of ${counted(whole, noun)} (${percent(part / whole)})`;
  const flows = sum((counts) => counts.flows);
  const findings: Finding[] = [];
  const add = (
    severity: Finding['severity'],
    found: string,
    consequence: string,
    advice: string,
    examples: readonly string[],
  ): void => {
    findings.push({ check: 'cicflowmeter', severity, finding: `CICFlowMeter table: ${found}`, consequence, advice, examples }); // prettier-ignore
  };
  const tails = sum((counts) => counts.tails);
  const tcp = sum((counts) => counts.tcpFlows);
  if (tails > 0) {
    add(tails > 0.1 * tcp ? 'serious' : 'warning', `${of(tails, tcp, 'TCP flow')} are the tail of a connection that was cut at its first FIN`, 'counts of flows are too high, and of answers too low: a closed connection looks like a probe that was not answered', 'make the flows anew from the captures (rapsheet reads pcap), or use a corrected table', worst((counts) => counts.tails)); // prettier-ignore
  }
  const attempted = sum((counts) => counts.attempted);
  const attacks = sum((counts) => counts.attackFlows);
  if (attempted > 0) {
    add(attempted > 0.2 * attacks ? 'serious' : 'warning', `${of(attempted, attacks, 'attack flow')} were attempted at most: so labelled, or TCP without payload`, 'what is taught as the attack is a handshake or a reset', 'label hosts by attacks that took place', worst((counts) => counts.attempted)); // prettier-ignore
  }
  const minutes = sum((counts) => counts.wholeMinutes);
  if (minutes > 0) {
    add('serious', `${of(minutes, flows, 'flow')} start at a whole minute: the table has no seconds`, 'rates, beacons and activity cannot be computed from it; what is computed is wrong', 'use a version of the table with seconds, or the captures', worst((counts) => counts.wholeMinutes)); // prettier-ignore
  }
  const halfDays = tables.filter(({ counts }) => counts.twelveHourClock).map(({ path }) => path);
  if (halfDays.length > 0) {
    add('warning', `${counted(halfDays.length, 'table')} seem${halfDays.length === 1 ? 's' : ''} to have a twelve-hour clock without a.m. and p.m.`, 'afternoons lie before mornings: order, spans and beacons are wrong', 'add twelve hours to the afternoons before use', halfDays.slice(0, 5)); // prettier-ignore
  }
  const negative = sum((counts) => counts.negative);
  if (negative > 0) {
    add('warning', `${of(negative, flows, 'flow')} have a negative duration or header length`, 'numbers ran over; rapsheet takes them for missing', 'make the flows anew from the captures', worst((counts) => counts.negative)); // prettier-ignore
  }
  const cut = sum((counts) => counts.cutAtLimit);
  if (cut > 0) {
    add('note', `${of(cut, flows, 'flow')} were cut at 120 s`, 'one long connection is counted as many flows: long-lived channels and beacons look alike', 'compare only with tables of the same limit', []); // prettier-ignore
  }
  const infinite = sum((counts) => counts.infiniteRates);
  if (infinite > 0) {
    add('note', `${of(infinite, flows, 'flow')} have Infinity or NaN as a rate`, 'nothing here (rapsheet computes rates itself); other learners stop or drop the rows', '', []); // prettier-ignore
  }
  const repeated = [...new Set(tables.flatMap(({ counts }) => counts.repeatedColumns))];
  if (repeated.length > 0) {
    add('note', `columns that are there twice: ${repeated.join(', ')}`, 'nothing here (read once); elsewhere the column counts double', '', []); // prettier-ignore
  }
  const dead = tables.map(({ counts }) => counts.deadColumns).reduce((all, own) => all.filter((name) => own.includes(name))); // prettier-ignore
  if (dead.length > 0) {
    add('note', `${counted(dead.length, 'column')} with one value throughout: ${dead.slice(0, 8).join(', ')}${dead.length > 8 ? ' …' : ''}`, 'nothing here (not read, or missing); elsewhere they are weight without meaning', '', []); // prettier-ignore
  }
  return findings;
}

/** Hosts that the labels file calls attackers and the table calls benign in every flow, or the other way round. */
function contradictionsOf(
  path: string,
  { labels }: CicTableCounts,
  rows: readonly LabelRow[],
): string[] {
  return rows.flatMap(({ host, family, line }) => {
    const own = host.kind === 'address' ? labels.get(host.address) : undefined;
    if (own === undefined) return [];
    const names = [...own.keys()];
    const calm = CALM_FAMILIES.includes(family);
    const opposed = calm ? names.every((name) => !isBenign(name)) : names.every(isBenign);
    const address = host.kind === 'address' ? host.address : '';
    return opposed ? [`line ${line}: ${address} is ${family}, ${path} calls all of its flows ${names.slice(0, 3).join(', ')}`] : []; // prettier-ignore
  });
}

function labelFindings(contradictions: readonly string[]): Finding[] {
  if (contradictions.length === 0) return [];
  return [
    {
      check: 'contradictions',
      severity: 'serious',
      finding: `${counted(contradictions.length, 'host')} ${contradictions.length === 1 ? 'is' : 'are'} labelled against the table’s own labels`,
      consequence: 'one of the two is wrong, and the model learns ours',
      advice: 'correct the labels file, or say why the table errs',
      examples: contradictions.slice(0, 5),
    },
  ];
}
