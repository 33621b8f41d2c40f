import type { Comparison, Disagreement } from './compare-capture.ts';
import { EXPLAINED, explanationOf } from './explained.ts';

/** The table of README.md, from all comparisons. */
export function renderTable(comparisons: readonly Comparison[]): string {
  const sum = (count: (one: Comparison) => number): string =>
    comparisons.reduce((total, one) => total + count(one), 0).toLocaleString('en');
  const whole = comparisons.filter(({ disagreements }) => disagreements.length === 0).length;
  const head = `${comparisons.length} captures, ${sum((c) => c.frames)} frames, ${sum((c) => c.conversations)} conversations, ${sum((c) => c.sayings)} different names, hosts, agents, methods, statuses and banners; no disagreement at all in ${whole} captures.`; // prettier-ignore
  const all = comparisons.flatMap(({ disagreements }) => disagreements);
  const rows = EXPLAINED.map((one) => row(one.what, one.right, one.why, all.filter((d) => explanationOf(d) === one))); // prettier-ignore
  const rest = all.filter((d) => explanationOf(d) === undefined);
  return [
    head,
    '',
    '| disagreement | cases | captures | example | right | why |',
    '| --- | --: | --: | --- | --- | --- |',
    ...rows,
    row('unexplained', '', '', rest),
    '',
    ...rest.slice(0, 200).map(({ file, about, detail }) => `- ${about} · ${file} · ${detail}`),
    '',
  ].join('\n');
}

function row(what: string, right: string, why: string, cases: readonly Disagreement[]): string {
  const files = new Set(cases.map(({ file }) => file));
  const example = cases[0] === undefined ? '' : `\`${cases[0].file.split('/').at(-1)!}\``;
  return `| ${what} | ${cases.length} | ${files.size} | ${example} | ${right} | ${why} |`;
}
