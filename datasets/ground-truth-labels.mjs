#!/usr/bin/env node
/**
 * Turns a folder of labelled traffic with GROUND_TRUTH.csv, TAXONOMY.csv and BENIGN_TRACES.csv into a labels file for
 * `rapsheet train` and `rapsheet evaluate`.
 *
 *   node datasets/ground-truth-labels.mjs DATA > DATA-labels.csv
 *
 * Rows of grade C are left out; `1.2.3.4 @episode` is 1.2.3.4; `*(N sources)` and benign traces stand for every host
 * of the file (0.0.0.0/0 and ::/0). Input paths come out absolute, so that the labels file may lie anywhere.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';

const EVERY_HOST = ['0.0.0.0/0', '::/0'];

function readCsv(path) {
  const [heading = [], ...records] = readFileSync(path, 'utf8')
    .split(/\r?\n/)
    .filter(Boolean)
    .map(cells);
  return records.map((record) =>
    Object.fromEntries(heading.map((name, i) => [name, record[i] ?? ''])),
  );
}

function cells(line) {
  return [...line.matchAll(/(?:"((?:[^"]|"")*)"|([^",]*))(?:,|$)/g)]
    .slice(0, -1)
    .map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
}

function csvCell(text) {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const data = process.argv[2];
if (data === undefined || !existsSync(join(data, 'GROUND_TRUTH.csv'))) {
  process.stderr.write('usage: ground-truth-labels.mjs DATA   (a folder with GROUND_TRUTH.csv)\n');
  process.exit(2);
}

const taxonomy = new Map(readCsv(join(data, 'TAXONOMY.csv')).map((row) => [row.class, row]));
const lines = ['input,host,label'];
const add = (input, host, label) => lines.push([input, host, label].map(csvCell).join(','));
const path = (set, file) =>
  file
    .split(' + ')
    .map((part) => resolve(data, set, part))
    .join(' + ');

for (const row of readCsv(join(data, 'GROUND_TRUTH.csv'))) {
  const meaning = taxonomy.get(row.class);
  if (row.grade === 'C' || meaning === undefined) continue;
  const label = /^[a-z0-9]+$/.test(meaning.detail)
    ? `${meaning.family}/${meaning.detail}`
    : meaning.family;
  const host = row.host.split(' ')[0];
  for (const one of host.startsWith('*') ? EVERY_HOST : [host])
    add(path(row.set, row.file), one, label);
}
for (const row of readCsv(join(data, 'BENIGN_TRACES.csv'))) {
  for (const host of EVERY_HOST) add(path(row.set, row.file), host, 'benign');
}
process.stdout.write(`${lines.join('\n')}\n`);
