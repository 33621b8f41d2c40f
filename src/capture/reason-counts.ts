/** Distinct reasons kept; EtherTypes and link types come from the data, and a hostile file could name thousands. */
const MOST_REASONS = 256;

/** How often something was skipped, by reason. */
export class ReasonCounts {
  readonly counts = new Map<string, number>();

  add(reason: string, more = 1): void {
    const count = this.counts.get(reason);
    if (count !== undefined) this.counts.set(reason, count + more);
    else if (this.counts.size < MOST_REASONS) this.counts.set(reason, more);
    else this.counts.set('other', (this.counts.get('other') ?? 0) + more);
  }
}
