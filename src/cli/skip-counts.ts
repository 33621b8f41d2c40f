/** What could not be read, by reason: the `skipped` of a sink. */
export class SkipCounts {
  readonly counts = new Map<string, number>();

  readonly add = (reason: string, count: number): void => {
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + count);
  };
}
