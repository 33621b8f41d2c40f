import type { Report, ReportContext } from '../../src/report/report.ts';
import type { Verdict } from '../../src/score/verdict.ts';

/** A benign verdict with everything in it, changed by `changes`. */
export function sampleVerdict(changes: Partial<Verdict> = {}): Verdict {
  return {
    host: '10.0.0.1',
    window: { startUs: 1_700_000_000_000_000, endUs: 1_700_000_600_000_000 },
    label: 'benign',
    detail: '',
    probability: 0.97,
    labels: [{ label: 'benign', detail: '', probability: 0.97 }],
    predictionSet: ['benign'],
    attackScore: 0.02,
    sourceProven: true,
    attack: [],
    reasons: [
      {
        feature: 'originator_flow_success_share',
        value: 0.98,
        contribution: 1.2,
        text: '98 % of its connections were answered',
      },
    ],
    evidence: [],
    observed: { flows: 120, packets: 3400, bytes: 2_400_000 },
    missing: [],
    model: 'default@1',
    schema: 'abc123',
    ...changes,
  };
}

export const scanner = sampleVerdict({
  host: '10.0.0.7',
  label: 'scan',
  detail: 'horizontal',
  probability: 0.98,
  labels: [
    { label: 'scan', detail: 'horizontal', probability: 0.98 },
    { label: 'c2', detail: '', probability: 0.31 },
  ],
  predictionSet: ['scan'],
  attackScore: 0.99,
  sourceProven: false,
  attack: ['T1595', 'T1046'],
  reasons: [
    {
      feature: 'distinct_destinations',
      value: 4812,
      contribution: 1.9,
      text: 'contacted 4,812 addresses, 97 % never answered',
    },
    {
      feature: 'first_contact_log_ratio',
      value: 8.231,
      contribution: 1.1,
      text: 'first contacts fail far more often than a normal host’s',
    },
    { feature: 'dns_names', value: null, contribution: -0.2, text: 'no DNS was visible' },
  ],
  evidence: [
    {
      flowId: 'C4f1',
      startUs: 1_700_000_001_000_000,
      text: '10.0.0.7:51234 → 10.2.3.4:445 S0',
    },
    {
      flowId: 'C4f2',
      startUs: 1_700_000_002_000_000,
      text: '10.0.0.7:51235 → 10.2.3.5:445 S0',
    },
  ],
  observed: { flows: 4812, packets: 5120, bytes: 307_200 },
  missing: ['dns', 'tls'],
});

export const bruteForcer = sampleVerdict({
  host: '2001:db8:1234:5678:9abc:def0:1234:5678',
  label: 'bruteforce',
  detail: 'ssh',
  probability: 0.87,
  labels: [{ label: 'bruteforce', detail: 'ssh', probability: 0.87 }],
  predictionSet: ['bruteforce', 'scan'],
  attackScore: 0.93,
  attack: ['T1110'],
  reasons: [
    {
      feature: 'worst_channel_login_attempts',
      value: 412,
      contribution: 2.6,
      text: '412 sessions to one SSH server in 10 minutes, all of nearly the same size',
    },
  ],
  observed: { flows: 431, packets: null, bytes: null },
});

export const unknownHost = sampleVerdict({
  host: '192.0.2.9',
  label: 'unknown',
  probability: 0.4,
  labels: [],
  predictionSet: [],
  attackScore: 0.35,
  reasons: [],
  observed: { flows: 1, packets: 1, bytes: 60 },
});

const sampleContext: ReportContext = {
  inputs: ['office.pcap'],
  model: 'default@1',
  skipped: new Map([['truncated packet', 12]]),
  missing: ['dns', 'tls'],
  generatedAt: '2026-11-24 12:00 UTC',
};

export function sampleReport(
  verdicts: readonly Verdict[] = [sampleVerdict(), unknownHost, bruteForcer, scanner],
  context: Partial<ReportContext> = {},
): Report {
  return { verdicts, context: { ...sampleContext, ...context } };
}

/** Texts an attacker chose: markup, script, terminal escapes, bidirectional override, spreadsheet formula. */
export const HOSTILE_TEXTS = [
  '</script><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '&lt;b&gt;',
  '\u001b]0;owned\u0007\u001b[2J',
  'abc\u202egnp.exe',
  'line\r\nbreak',
  '=HYPERLINK("http://evil.example","click")',
  '@SUM(1+1)',
] as const;
