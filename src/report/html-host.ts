import { CALM_FAMILIES } from '../score/family.ts';
import type { Evidence, Reason, Verdict } from '../score/verdict.ts';
import { markup, type Markup } from './markup.ts';
import { isSuspicious } from './ranking.ts';
import {
  formatBytes,
  formatCount,
  formatCounted,
  formatDuration,
  formatLabel,
  formatScore,
  formatTime,
  topReason,
} from './wording.ts';

export type Mood = 'alarm' | 'doubt' | 'calm';

/** How a label is coloured. */
export function moodOf(label: Verdict['label']): Mood {
  if (label === 'unknown') return 'doubt';
  return CALM_FAMILIES.includes(label) ? 'calm' : 'alarm';
}

/** One host: the row that is always there, and the details under it. */
export function renderHost(verdict: Verdict, rank: number): Markup {
  const mood = moodOf(verdict.label);
  const { observed } = verdict;
  const alarm = isSuspicious(verdict) ? markup` data-alarm` : markup``;
  return markup`<tbody class="host" data-rank="${rank}" data-label="${verdict.label}"${alarm}>
    <tr class="row">
      <td class="num quiet" data-v="${rank}">${rank}</td>
      <td class="addr mono" data-v="${addressSortKey(verdict.host)}">
        <span><button class="open" aria-expanded="true" aria-label="Details"></button>
        <span>${breakable(verdict.host)}</span></span>
      </td>
      <td data-v="${formatLabel(verdict)}">
        <span class="tag ${mood}" title="probability ${formatScore(verdict.probability)}"
          >${formatLabel(verdict)}</span
        >
      </td>
      <td data-v="${verdict.attackScore}">
        <span class="score"
          >${scoreBar(verdict.attackScore)}<span>${formatScore(verdict.attackScore)}</span></span
        >
      </td>
      <td class="wide" data-v="${Number(verdict.sourceProven)}">${sourceText(verdict)}</td>
      <td class="num wide" data-v="${observed.flows}">${formatCount(observed.flows)}</td>
      <td class="num wide" data-v="${observed.bytes ?? -1}">${formatBytes(observed.bytes)}</td>
      <td class="wide">${topReason(verdict)}</td>
    </tr>
    <tr class="detail">
      <td colspan="8">${renderDetails(verdict)}</td>
    </tr>
  </tbody>
`;
}

function renderDetails(verdict: Verdict): Markup {
  return markup`<div class="facts">
    <section>
      <h3>Why ${formatLabel(verdict)}</h3>
      ${renderReasons(verdict.reasons)}
    </section>
    <section>
      <h3>Flows to look at</h3>
      ${renderEvidence(verdict.evidence)}
    </section>
    <dl>
      ${facts(verdict).map(
        ([name, value]) =>
          markup`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
  </div>`;
}

function renderReasons(reasons: readonly Reason[]): Markup {
  if (reasons.length === 0) return markup`<p class="quiet">No single feature stands out.</p>`;
  const largest = Math.max(...reasons.map((reason) => Math.abs(reason.contribution)), 1e-9);
  return markup`<ol class="reasons">
    ${reasons.map(
      (reason) =>
        markup`<li>
          ${contributionBar(reason.contribution / largest)}<span
            >${reason.text}<small class="mono"
              >${reason.feature} = ${formatValue(reason.value)} &middot;
              ${reason.contribution < 0 ? 'against' : 'for'}
              (${formatSigned(reason.contribution)})</small
            ></span
          >
        </li>`,
    )}
  </ol>`;
}

function renderEvidence(evidence: readonly Evidence[]): Markup {
  if (evidence.length === 0) return markup`<p class="quiet">None kept.</p>`;
  return markup`<ul class="flows">
    ${evidence.map(
      (flow) =>
        markup`<li class="mono">
          ${flow.text}<small
            >${[formatTime(flow.startUs), flow.flowId].filter((part) => part !== '').join(' · ')}</small
          >
        </li>`,
    )}
  </ul>`;
}

function facts(verdict: Verdict): (readonly [string, Markup])[] {
  const { window, observed } = verdict;
  const duration = formatDuration(window.endUs - window.startUs);
  const seen = [
    formatCounted(observed.flows, 'flow'),
    observed.packets === null ? '' : formatCounted(observed.packets, 'packet'),
    formatBytes(observed.bytes),
    formatTime(window.startUs) === '' ? '' : `from ${formatTime(window.startUs)}`,
    duration === '' ? '' : `for ${duration}`,
  ].filter((part) => part !== '');
  const rows: (readonly [string, Markup])[] = [
    ['Seen', markup`${seen.join(', ')}`],
    [
      'Behaviours',
      markup`${verdict.labels.map((behaviour) => markup`<span class="tag ${moodOf(behaviour.label)}">${formatLabel(behaviour)} ${formatScore(behaviour.probability)}</span> `)}`,
    ],
  ];
  if (verdict.predictionSet.length !== 1) {
    const possible = verdict.predictionSet.join(', ');
    rows.push(['Could be', markup`${possible === '' ? 'unlike anything learnt' : possible}`]);
  }
  if (verdict.attack.length > 0) {
    rows.push(['ATT&CK', markup`${verdict.attack.map(techniqueLink)}`]);
  }
  rows.push([
    'Source',
    markup`${verdict.sourceProven ? 'proven: it completed a handshake' : 'may be spoofed: no completed handshake was seen'}`,
  ]);
  if (verdict.missing.length > 0) rows.push(['Not visible', markup`${verdict.missing.join(', ')}`]);
  return rows;
}

/** A link only for what has the form of a technique id: the path is built from it. */
function techniqueLink(id: string): Markup {
  const match = /^(T\d{4})(?:\.(\d{3}))?$/.exec(id);
  if (match === null) return markup`${id} `;
  const path = match[2] === undefined ? match[1]! : `${match[1]!}/${match[2]}`;
  return markup`<a href="https://attack.mitre.org/techniques/${path}/" rel="noreferrer noopener"
    >${id}</a
  > `;
}

function sourceText(verdict: Verdict): Markup {
  return verdict.sourceProven ? markup`proven` : markup`<span class="quiet">unproven</span>`;
}

function scoreBar(score: number): Markup {
  const share = Number.isFinite(score) ? Math.min(1, Math.max(0, score)) : 0;
  const mood: Mood = share >= 0.5 ? 'alarm' : share >= 0.2 ? 'doubt' : 'calm';
  return markup`<svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
    <rect class="track" width="100" height="8" />
    <rect class="${mood}" width="${(share * 100).toFixed(1)}" height="8" />
  </svg>`;
}

/** To the right of the line: speaks for the label; to the left: against it. */
function contributionBar(share: number): Markup {
  const width = Math.abs(share) * 44;
  const x = share < 0 ? 45 - width : 45;
  return markup`<svg viewBox="0 0 90 10" aria-hidden="true">
    <rect
      class="${share < 0 ? 'calm' : 'alarm'}"
      x="${x.toFixed(1)}"
      width="${width.toFixed(1)}"
      height="10"
      rx="2"
    />
    <line x1="45" x2="45" y2="10" />
  </svg>`;
}

function formatValue(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return 'not visible';
  if (Number.isInteger(value)) return formatCount(value);
  return String(Number(value.toPrecision(4)));
}

function formatSigned(value: number): string {
  return `${value < 0 ? '\u2212' : '+'}${Math.abs(value).toFixed(2)}`;
}

/** A long IPv6 address may be broken after a colon, and nowhere else. */
function breakable(host: string): Markup {
  const groups = host.split(':');
  return markup`${groups.map((group, i) => (i === 0 ? markup`${group}` : markup`:<wbr>${group}`))}`;
}

/** Dotted quads with every number padded, so that they sort as numbers; other texts as they are. */
function addressSortKey(host: string): string {
  const quad = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(host);
  if (quad === null) return `~${host}`;
  return quad
    .slice(1)
    .map((part) => part.padStart(3, '0'))
    .join('.');
}
