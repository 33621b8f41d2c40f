import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import type { AppEvent, TrafficSink, Visibility } from '../flow/event.ts';
import type { Flow } from '../flow/flow.ts';
import { HostProfile } from './host-profile.ts';

export interface HostTableOptions {
  /** Hosts kept; flows of further ones are counted under `hostTableFull`. */
  readonly maxHosts?: number;
}

const MAGIC = 'RSHT';
const VERSION = 1;
const NOTHING_SHOWN: Visibility = {
  packets: false, connState: false, history: false, dns: false, http: false, tls: false, ssh: false,
}; // prettier-ignore
const VISIBILITY_NAMES = Object.keys(NOTHING_SHOWN) as (keyof Visibility)[];

/** The profiles of all hosts of some traffic: what a reader fills and what parts of a job merge. */
export class HostTable implements TrafficSink {
  readonly #hosts = new Map<string, HostProfile>();
  readonly #maxHosts: number;
  readonly skips = new Map<string, number>();
  shown: Visibility = NOTHING_SHOWN;
  /** First and last flow seen; `Infinity` and `-Infinity` when there was none. */
  startUs = Infinity;
  endUs = -Infinity;

  constructor(options: HostTableOptions = {}) {
    this.#maxHosts = options.maxHosts ?? 1_000_000;
    if (!Number.isInteger(this.#maxHosts) || this.#maxHosts < 1) {
      throw new RangeError(`maxHosts: expected an integer of at least 1, got ${this.#maxHosts}`);
    }
  }

  get size(): number {
    return this.#hosts.size;
  }

  get(host: string): HostProfile | undefined {
    return this.#hosts.get(host);
  }

  /** Hosts in the order of their texts: the same whatever order the traffic came in. */
  *entries(): IterableIterator<readonly [string, HostProfile]> {
    for (const host of [...this.#hosts.keys()].sort()) yield [host, this.#hosts.get(host)!];
  }

  flow(flow: Flow): void {
    if (!isUsable(flow)) {
      this.skipped('impossibleFlow', 1);
      return;
    }
    this.startUs = Math.min(this.startUs, flow.startUs);
    this.endUs = Math.max(this.endUs, flow.endUs);
    this.#profile(flow.originator)?.addFlow(flow, 'originator');
    this.#profile(flow.responder)?.addFlow(flow, 'responder');
  }

  event(event: AppEvent): void {
    this.#profile(event.originator)?.addEvent(event);
  }

  visibility(shown: Visibility): void {
    const joined = { ...this.shown };
    for (const name of VISIBILITY_NAMES) joined[name] ||= shown[name];
    this.shown = joined;
  }

  skipped(reason: string, count: number): void {
    if (count > 0) this.skips.set(reason, (this.skips.get(reason) ?? 0) + count);
  }

  merge(other: HostTable): void {
    for (const [host, profile] of other.#hosts) this.#profile(host)?.merge(profile);
    for (const [reason, count] of other.skips) this.skipped(reason, count);
    this.visibility(other.shown);
    this.startUs = Math.min(this.startUs, other.startUs);
    this.endUs = Math.max(this.endUs, other.endUs);
  }

  encode(): Uint8Array {
    const writer = new ByteWriter(1 << 16);
    writer.text(MAGIC);
    writer.varint(VERSION);
    writer.u8(
      VISIBILITY_NAMES.reduce((flags, name, i) => flags | (this.shown[name] ? 1 << i : 0), 0),
    );
    writer.f64le(this.startUs);
    writer.f64le(this.endUs);
    writer.varint(this.skips.size);
    for (const [reason, count] of [...this.skips].sort()) {
      writer.text(reason);
      writer.varint(count);
    }
    writer.varint(this.#hosts.size);
    for (const [host, profile] of this.entries()) {
      writer.text(host);
      profile.encode(writer);
    }
    return writer.toBytes();
  }

  /** Throws `RangeError` on bytes that are not a host table of this version: profiles travel between machines. */
  static decode(bytes: Uint8Array): HostTable {
    const reader = new ByteReader(bytes);
    if (reader.text() !== MAGIC)
      throw new RangeError('host table: these bytes are not host profiles');
    const version = reader.varint();
    if (version !== VERSION) {
      throw new RangeError(`host table: expected version ${VERSION}, got ${version}`);
    }
    const table = new HostTable();
    const flags = reader.u8();
    const shown = { ...NOTHING_SHOWN };
    for (const [i, name] of VISIBILITY_NAMES.entries()) shown[name] = (flags & (1 << i)) !== 0;
    table.visibility(shown);
    table.startUs = reader.f64le();
    table.endUs = reader.f64le();
    for (let left = reader.varint(); left > 0 && !reader.truncated; left--) {
      table.skipped(reader.text(), reader.varint());
    }
    for (let left = reader.varint(); left > 0 && !reader.truncated; left--) {
      table.#profile(reader.text())?.merge(HostProfile.decode(reader));
    }
    if (reader.truncated || reader.left > 0)
      throw new RangeError('host table: the bytes are damaged');
    return table;
  }

  #profile(host: string): HostProfile | undefined {
    const known = this.#hosts.get(host);
    if (known !== undefined) return known;
    if (this.#hosts.size >= this.#maxHosts) {
      this.skipped('hostTableFull', 1);
      return undefined;
    }
    const profile = new HostProfile();
    this.#hosts.set(host, profile);
    return profile;
  }
}

/** Times that summaries can hold: whole microseconds, not before 1970, not after the year 2255. */
function isUsable(flow: Flow): boolean {
  return (
    Number.isSafeInteger(flow.startUs) && flow.startUs >= 0 && Number.isSafeInteger(flow.endUs)
  );
}
