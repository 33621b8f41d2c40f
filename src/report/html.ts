import { createHash } from 'node:crypto';
import { renderHost, moodOf } from './html-host.ts';
import { PAGE_SCRIPT } from './html-script.ts';
import { PAGE_STYLE } from './html-style.ts';
import { Markup, markup } from './markup.ts';
import { rankVerdicts, tallyVerdicts, type Ranking, type Tally } from './ranking.ts';
import type { Report, ReportContext, ReportRenderer } from './report.ts';
import { formatCount, formatCounted, formatDuration, formatTime } from './wording.ts';

/** More rows make a page of megabytes that nobody reads to the end; `top` raises it, NDJSON and CSV have all. */
const DEFAULT_TOP = 500;

/** One page that needs nothing else: no network, no other file; it opens from a mail or a ticket. */
export const htmlReport: ReportRenderer = {
  extensions: ['html', 'htm'],
  *render(report, options = {}) {
    const tally = tallyVerdicts(report.verdicts);
    const ranking = rankVerdicts(report, options, DEFAULT_TOP);
    yield renderHead(tally).html;
    yield renderSummary(report, tally).html;
    yield* renderHosts(ranking, options.minAttackScore);
    yield `</main><script>${PAGE_SCRIPT}</script></body></html>\n`;
  },
};

// Even if a hostile text got through unescaped, this policy runs no script but ours and loads nothing.
function renderHead(tally: Tally): Markup {
  const hash = createHash('sha256').update(PAGE_SCRIPT).digest('base64');
  const title = `${formatCount(tally.suspicious)} suspicious of ${formatCounted(tally.hosts, 'host')}`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${new Markup(hash)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>rapsheet: ${title}</title>
<style>${new Markup(PAGE_STYLE)}</style>
</head>
<body>
<main>
`;
}

function renderSummary({ verdicts, context }: Report, tally: Tally): Markup {
  return markup`<header>
      <div class="brand"><b>rapsheet</b><span>${context.generatedAt}</span></div>
      <h1>${headline(tally)}</h1>
      <p class="lead">${subline(tally)}</p>
    </header>
    <div class="panels">
      <section class="card">
        <h2>Hosts by verdict</h2>
        ${renderBars(tally)}
      </section>
      <section class="card">
        <h2>What was read</h2>
        <dl>
          ${contextRows(verdicts, context).map(
            ([name, value]) =>
              markup`<dt>${name}</dt>
                <dd>${value}</dd>`,
          )}
        </dl>
      </section>
    </div> `;
}

function headline(tally: Tally): Markup {
  if (tally.hosts === 0) return markup`No hosts in this input`;
  const all = formatCounted(tally.hosts, 'host');
  if (tally.suspicious === 0) return markup`None of ${all} looks suspicious`;
  const verb = tally.suspicious === 1 ? 'looks' : 'look';
  return markup`<b>${formatCount(tally.suspicious)}</b> of ${all} ${verb} suspicious`;
}

function subline(tally: Tally): string {
  const parts = tally.byLabel
    .filter(([label]) => moodOf(label) === 'alarm')
    .map(([label, count]) => `${formatCount(count)} ${label}`);
  if (tally.unknown > 0) parts.push(`${formatCount(tally.unknown)} unknown`);
  return parts.join(', ');
}

function renderBars(tally: Tally): Markup {
  const most = Math.max(1, ...tally.byLabel.map(([, count]) => count));
  const length = (count: number) => ((Math.log1p(count) / Math.log1p(most)) * 100).toFixed(1);
  return markup`<div class="bars">
      ${tally.byLabel.map(
        ([label, count]) =>
          markup`<button class="bar" data-label="${label}" aria-pressed="false">
            <span>${label}</span
            ><svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
              <rect class="track" width="100" height="12" />
              <rect class="${moodOf(label)}" width="${length(count)}" height="12" /></svg
            ><span class="n">${formatCount(count)}</span>
          </button>`,
      )}
    </div>
    <p class="note">
      Lengths are logarithmic.<span class="needs-script" hidden>
        Choose a bar to see only its hosts.</span
      >
    </p>`;
}

const INPUTS_SHOWN = 6;

function contextRows(
  verdicts: Report['verdicts'],
  context: ReportContext,
): (readonly [string, string])[] {
  const rows: (readonly [string, string])[] = [];
  const { inputs } = context;
  if (inputs.length > 0) {
    const more = inputs.length > INPUTS_SHOWN ? ` and ${inputs.length - INPUTS_SHOWN} more` : '';
    rows.push([
      inputs.length === 1 ? 'Input' : 'Inputs',
      inputs.slice(0, INPUTS_SHOWN).join(', ') + more,
    ]);
  }
  let startUs = Infinity;
  let endUs = -Infinity;
  for (const verdict of verdicts) {
    startUs = Math.min(startUs, verdict.window.startUs);
    endUs = Math.max(endUs, verdict.window.endUs);
  }
  if (startUs <= endUs) {
    rows.push(['From', formatTime(startUs)]);
    rows.push(['To', `${formatTime(endUs)} (${formatDuration(endUs - startUs)})`]);
  }
  if (context.model !== '') rows.push(['Model', context.model]);
  if (context.missing.length > 0) {
    rows.push([
      'Not visible',
      `${context.missing.join(', ')}: what only these show was not judged`,
    ]);
  }
  if (context.skipped.size > 0) {
    const skips = [...context.skipped].map(([reason, n]) => `${formatCount(n)} ${reason}`);
    rows.push(['Skipped', skips.join(', ')]);
  }
  return rows;
}

// The attack-score column is the order the rows come in.
const COLUMNS = new Markup(
  (
    [
      ['#', 'number', 'num', ''],
      ['Host', 'text', '', ''],
      ['Verdict', 'text', '', ''],
      ['Attack score', 'number', '', ' aria-sort="descending"'],
      ['Source', 'number', 'wide', ''],
      ['Flows', 'number', 'num wide', ''],
      ['Bytes', 'number', 'num wide', ''],
    ] as const
  )
    .map(
      ([title, kind, css, sort]) =>
        `<th scope="col" class="${css}" data-kind="${kind}"${sort}><button>${title}</button></th>`,
    )
    .join(''),
);

function* renderHosts(ranking: Ranking, minAttackScore: number | undefined): Generator<string> {
  const { shown, beyondTop } = ranking;
  if (shown.length === 0) {
    yield markup`<p class="card empty">
      No host to
      show${minAttackScore === undefined ? '.' : ` with an attack score of ${minAttackScore} or more.`}
    </p>`.html;
    return;
  }
  const all = formatCounted(shown.length, 'host');
  const rest = beyondTop > 0 ? ` shown, ${formatCount(beyondTop)} with lower scores left out` : '';
  yield markup`<div class="tools">
    <input id="search" class="needs-script" type="search" placeholder="Find an address, a verdict, a reason" aria-label="Find" hidden>
    <span><span id="count" data-all="${all}">${all}</span>${rest}
    <button id="toggle-all" class="needs-script" hidden>Open or close all</button></span>
    </div>
    <div class="scroll">
    <table>
    <thead><tr>${COLUMNS}<th scope="col" class="plain wide">Main reason</th></tr></thead>
`.html;
  for (const [index, verdict] of shown.entries()) yield renderHost(verdict, index + 1).html;
  yield '</table>\n<p class="empty" id="nothing" hidden>No host fits.</p></div>\n';
}
