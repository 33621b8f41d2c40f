/** What a user's own labels made of a model, measured on hosts of the user's that taught nothing. */
export interface SiteFigures {
  /** Hosts of the user's that were judged, and how they were kept from those that taught. */
  readonly hosts: number;
  readonly attackers: number;
  readonly apart: 'capture' | 'host';
  /** The model that it started from, and the new one. */
  readonly before: SiteMeasure;
  readonly after: SiteMeasure;
}

export interface SiteMeasure {
  readonly macroF1: number;
  readonly attackRecall: number;
  readonly falseAlarmsPerThousand: number;
}
