import type { Interval } from '../learn/bootstrap.ts';
import type { RankingFigures } from './ranking-figures.ts';
import type { SetFigures } from './set-figures.ts';

/** Figures of one family on rows that the judging model had not seen. */
export interface FamilyFigures {
  readonly family: string;
  readonly hosts: number;
  /** Hosts by address; models of before do not say. */
  readonly distinctHosts?: number;
  /** Fewer than five distinct hosts: the figures are there and say nothing. */
  readonly tooFew?: boolean;
  /** Groups (data sets) they come from. */
  readonly groups: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** The share of its hosts whose prediction set holds it. */
  readonly coverage?: number;
}

/** Figures of a model on real hosts. */
export interface Figures {
  /** How the hosts were kept apart from training: `leave-groups-out`, `time`, `random` or `held-out`. */
  readonly split: string;
  readonly hosts: number;
  readonly attackers: number;
  readonly distinctAttackers?: number;
  readonly groups: number;
  /** Groups with attackers, and with calm hosts. */
  readonly attackGroups?: number;
  readonly calmGroups?: number;
  readonly macroF1: number;
  /** 95 % by bootstrap over groups. */
  readonly macroF1Interval: Interval;
  /** The mean F1 of the families of five distinct hosts or more, and how many those are. */
  readonly macroF1OfEnough?: number;
  readonly familiesOfEnough?: number;
  readonly attackAveragePrecision: number;
  readonly attackRecall: number;
  readonly falseAlarmsPerThousand: number;
  readonly families: readonly FamilyFigures[];
  /** Absent without attackers or without calm hosts, and in models of before. */
  readonly ranking?: RankingFigures;
  readonly predictionSets?: SetFigures;
  /** Hosts by true family (row) and by what was said of them (column). */
  readonly confusion?: {
    readonly families: readonly string[];
    readonly counts: readonly (readonly number[])[];
  };
}

/** What a model is, for whoever has to trust it. */
export interface ModelCard {
  readonly name: string;
  readonly version: number;
  readonly schema: string;
  readonly features: number;
  readonly seed: number;
  readonly trainedOn: {
    readonly hosts: number;
    readonly syntheticHosts: number;
    readonly groups: readonly string[];
    readonly families: Readonly<
      Record<string, { readonly real: number; readonly synthetic: number }>
    >;
  };
  readonly alarmThreshold: number;
  readonly coverage: number;
  readonly figures: Figures;
  readonly notes: readonly string[];
}
