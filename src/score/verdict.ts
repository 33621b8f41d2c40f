import type { Family } from './family.ts';

export interface Behaviour {
  readonly label: Family | 'unknown';
  /** More precise than the family where a rule can tell: `horizontal`, `ssh`, `dns` …; `''` if not. */
  readonly detail: string;
  readonly probability: number;
}

export interface Reason {
  readonly feature: string;
  /** `null` where the input cannot show the feature. */
  readonly value: number | null;
  /** What the feature added to the label's log-odds. */
  readonly contribution: number;
  readonly text: string;
}

export interface Evidence {
  readonly flowId: string;
  readonly startUs: number;
  readonly text: string;
}

/** One host's verdict: the line of NDJSON output, field by field (DESIGN, "A verdict"). */
export interface Verdict {
  /** An address, or `*` for an aggregate of many sources. */
  readonly host: string;
  readonly window: { readonly startUs: number; readonly endUs: number };
  readonly label: Family | 'unknown';
  readonly detail: string;
  readonly probability: number;
  /** Every behaviour above its threshold, the primary one first. */
  readonly labels: readonly Behaviour[];
  readonly predictionSet: readonly Family[];
  /** Calibrated probability that the host is anything but benign or backscatter. */
  readonly attackScore: number;
  /** A handshake was completed: the address is not spoofed. */
  readonly sourceProven: boolean;
  /** MITRE ATT&CK technique ids. */
  readonly attack: readonly string[];
  readonly reasons: readonly Reason[];
  readonly evidence: readonly Evidence[];
  /** Bytes are those of IP packets, or payload where an input does not show packets. */
  readonly observed: {
    readonly flows: number;
    readonly packets: number | null;
    readonly bytes: number | null;
  };
  /** Kinds of facts the input could not show: `dns`, `tls` … */
  readonly missing: readonly string[];
  /** `name@version` of the model. */
  readonly model: string;
  /** Hash of the feature schema. */
  readonly schema: string;
}
