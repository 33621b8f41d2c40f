import type { Interval } from '../learn/bootstrap.ts';

/** Figures of one family on rows that the judging model had not seen. */
interface FamilyFigures {
  readonly family: string;
  readonly hosts: number;
  /** Groups (data sets) they come from. */
  readonly groups: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Figures of a model on real hosts. */
export interface Figures {
  /** How the hosts were kept apart from training: `leave-groups-out`, `random` or `held-out`. */
  readonly split: string;
  readonly hosts: number;
  readonly attackers: number;
  readonly groups: number;
  readonly macroF1: number;
  /** 95 % by bootstrap over groups. */
  readonly macroF1Interval: Interval;
  readonly attackAveragePrecision: number;
  readonly attackRecall: number;
  readonly falseAlarmsPerThousand: number;
  readonly families: readonly FamilyFigures[];
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
