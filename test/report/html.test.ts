import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { htmlReport } from '../../src/report/html.ts';
import { escapeHtml, markup } from '../../src/report/markup.ts';
import type { Report, ReportOptions } from '../../src/report/report.ts';
import { HOSTILE_TEXTS, sampleReport, sampleVerdict } from './sample-verdicts.ts';

const render = (report: Report = sampleReport(), options?: ReportOptions) =>
  [...htmlReport.render(report, options)].join('');

/** Every text of a verdict and of the context replaced by `text`. */
function hostileReport(text: string): Report {
  const verdict = sampleVerdict({
    host: text,
    label: text as 'scan',
    detail: text,
    labels: [{ label: text as 'scan', detail: text, probability: 0.5 }],
    predictionSet: [text as 'scan', 'dos'],
    attack: [text],
    reasons: [{ feature: text, value: 1.5, contribution: 1, text }],
    evidence: [{ flowId: text, startUs: 1, text }],
    missing: [text],
  });
  return sampleReport([verdict], {
    inputs: [text],
    model: text,
    skipped: new Map([[text, 1]]),
    missing: [text],
    generatedAt: text,
  });
}

/** Names of the tags and of their attributes, in order: what a browser would make of the page. */
function skeleton(page: string): string[] {
  const body = page
    .replace(/<script>[^]*?<\/script>/g, '<script>')
    .replace(/<style>[^]*?<\/style>|<wbr>/g, '');
  return [...body.matchAll(/<(\/?[a-z0-9]+)((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*\/?>/gi)].map(
    ([, tag, attributes]) => `${tag!} ${attributes!.replace(/="[^"]*"/g, '').trim()}`,
  );
}

describe('html report', () => {
  test.each(HOSTILE_TEXTS)('hostile text changes nothing but the words of the page: %j', (text) => {
    const page = render(hostileReport(text));
    expect(skeleton(page)).toEqual(skeleton(render(hostileReport('harmless'))));
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e]/); // eslint-disable-line no-control-regex
  });

  test('loads nothing and lets run only its own script', () => {
    const page = render();
    expect(page).not.toMatch(/\s(?:src|action)=|url\(|@import|<link|<iframe|<object/i);
    const script = /<script>([^]*)<\/script>/.exec(page)![1]!;
    const hash = createHash('sha256').update(script).digest('base64');
    expect(page).toContain(
      `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'`,
    );
    expect(script).not.toMatch(/innerHTML|insertAdjacent|document\.write|eval/);
  });

  test('says in the headline how many hosts look suspicious', () => {
    expect(render()).toContain('<h1><b>2</b> of 4 hosts look suspicious</h1>');
    expect(render(sampleReport([sampleVerdict()]))).toContain(
      '<h1>None of 1 host looks suspicious</h1>',
    );
    expect(render(sampleReport([]))).toContain('<h1>No hosts in this input</h1>');
  });

  test('ranks hosts and gives each its reasons, evidence, techniques and doubts', () => {
    const page = render();
    const rows = [...page.matchAll(/<tbody class="host" data-rank="(\d)" data-label="([a-z]+)"/g)];
    expect(rows.map(([, rank, label]) => `${rank!} ${label!}`)).toEqual(
      ['1 scan', '2 bruteforce', '3 unknown', '4 benign']); // prettier-ignore
    expect(page).toContain('contacted 4,812 addresses, 97 % never answered');
    expect(page).toContain('10.0.0.7:51234 → 10.2.3.4:445 S0');
    expect(page).toContain('href="https://attack.mitre.org/techniques/T1595/"');
    expect(page).toContain('dns_names = not visible');
    expect(page).toContain('may be spoofed');
    expect(page).toContain('<dd>bruteforce, scan</dd>');
    expect(page).toContain('unlike anything learnt');
  });

  test('leaves out the calm end of a long list and says so', () => {
    const many = Array.from({ length: 700 }, (_, i) =>
      sampleVerdict({ host: `10.9.${i >> 8}.${i & 255}` }),
    );
    const page = render(sampleReport(many));
    expect(page.match(/<tbody/g)).toHaveLength(500);
    expect(page).toContain('200 with lower scores left out');
    expect(render(sampleReport(many), { top: Infinity }).match(/<tbody/g)).toHaveLength(700);
  });

  test('opens and closes every element', () => {
    const open: string[] = [];
    for (const entry of skeleton(render())) {
      const tag = entry.split(' ')[0]!;
      if (['meta', 'input', 'rect', 'line', 'script'].includes(tag)) continue;
      if (!tag.startsWith('/')) open.push(tag);
      else expect(open.pop()).toBe(tag.slice(1));
    }
    expect(open).toEqual([]);
  });
});

describe('markup templates', () => {
  test('escape what is not markup', () => {
    expect(markup`<b title="${'"><i>'}">${markup`<i>${'&'}</i>`}</b>`.html).toBe(
      '<b title="&quot;&gt;&lt;i&gt;"><i>&amp;</i></b>',
    );
  });

  test('invisible characters are written out', () => {
    expect(escapeHtml('a\u202eb\u0000')).toBe('a\\u{202e}b\\u{0}');
  });
});
