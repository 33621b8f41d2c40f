import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import type { AppEvent, TrafficSink, Visibility } from '../flow/event.ts';
import type { Flow } from '../flow/flow.ts';
import { readTextKey, toTextKey, writeTextKey } from '../stats/text-key.ts';
import { saturatingAdd } from '../stats/whole-number.ts';
import { decodeFewFlows, encodeFewFlows, FEW_FLOWS, profileOf } from './few-flows.ts';
import { digestFlow, type FlowDigest } from './flow-digest.ts';
import { HostProfile } from './host-profile.ts';
import { isHostText, isUsableEvent, isUsableFlow } from './usable-traffic.ts';

export interface HostTableOptions {
  /** Hosts kept; flows and events of further ones are counted under `hostTableFull`. */
  readonly maxHosts?: number;
}

const MAGIC = 'RSHT';
const VERSION = 2;
const NOTHING_SHOWN: Required<Visibility> = {
  packets: false, connState: false, history: false, dns: false, http: false, tls: false, ssh: false,
  payload: false,
}; // prettier-ignore
const VISIBILITY_NAMES = Object.keys(NOTHING_SHOWN) as (keyof Visibility)[];

/**
 * A host of which at most four flows and no events were seen is held as those flows: a profile is thirty times
 * their size, and in a flood with spoofed sources nearly all hosts are such. Which of the two depends on the
 * traffic alone.
 */
type Held = HostProfile | Flow[];

/** The profiles of all hosts of some traffic: what a reader fills and what parts of a job merge. */
export class HostTable implements TrafficSink {
  readonly #hosts = new Map<string, Held>();
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

  /** For reading: what is added to it may not be kept. */
  get(host: string): HostProfile | undefined {
    const held = this.#hosts.get(host);
    return held === undefined ? undefined : toProfile(host, held);
  }

  /** Hosts in the order of their texts: the same whatever order the traffic came in. For reading, as `get`. */
  *entries(): IterableIterator<readonly [string, HostProfile]> {
    for (const [host, held] of this.#sorted()) yield [host, toProfile(host, held)];
  }

  flow(flow: Flow): void {
    const atOriginator = this.#hosts.get(flow.originator);
    const atResponder = this.#hosts.get(flow.responder);
    const areHosts =
      (atOriginator !== undefined || isHostText(flow.originator)) &&
      (atResponder !== undefined || isHostText(flow.responder));
    if (!areHosts || !isUsableFlow(flow)) {
      this.skipped('impossibleFlow', 1);
      return;
    }
    this.startUs = Math.min(this.startUs, flow.startUs);
    this.endUs = Math.max(this.endUs, flow.endUs);
    const kept = withKeptService(flow);
    const digest = this.#addFlow(kept.originator, atOriginator, kept, undefined);
    if (kept.responder !== kept.originator) {
      this.#addFlow(kept.responder, atResponder, kept, digest);
    }
  }

  event(event: AppEvent): void {
    const areHosts = isHostText(event.originator) && isHostText(event.responder);
    if (!areHosts || !isUsableEvent(event)) {
      this.skipped('impossibleEvent', 1);
      return;
    }
    this.#profile(event.originator)?.addEvent(event);
  }

  visibility(shown: Visibility): void {
    const joined = { ...this.shown };
    for (const name of VISIBILITY_NAMES) joined[name] ||= shown[name] ?? false;
    this.shown = joined;
  }

  skipped(reason: string, count: number): void {
    if (count <= 0) return;
    const key = toTextKey(reason);
    this.skips.set(key, saturatingAdd(this.skips.get(key) ?? 0, count));
  }

  merge(other: HostTable): void {
    for (const [host, held] of other.#hosts) {
      if (held instanceof HostProfile) this.#profile(host)?.merge(held);
      else
        for (const flow of held.slice()) {
          this.#addFlow(host, this.#hosts.get(host), flow, undefined);
        }
    }
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
    for (const [reason, count] of [...this.skips].sort(byText)) {
      writeTextKey(writer, reason);
      writer.varint(count);
    }
    writer.varint(this.#hosts.size);
    for (const [host, held] of this.#sorted()) {
      writeTextKey(writer, host);
      writer.u8(held instanceof HostProfile ? 0 : 1);
      if (held instanceof HostProfile) held.encode(writer);
      else encodeFewFlows(writer, held);
    }
    return writer.toBytes();
  }

  /** Throws `RangeError` on bytes that are not a host table of this version: profiles travel between machines. */
  static decode(bytes: Uint8Array, options: HostTableOptions = {}): HostTable {
    const reader = new ByteReader(bytes);
    if (reader.text() !== MAGIC)
      throw new RangeError('host table: these bytes are not host profiles');
    const version = reader.varint();
    if (version !== VERSION) {
      throw new RangeError(`host table: expected version ${VERSION}, got ${version}`);
    }
    const table = new HostTable(options);
    table.#decodeFacts(reader);
    table.#decodeHosts(reader);
    if (reader.truncated || reader.left > 0)
      throw new RangeError('host table: the bytes are damaged');
    return table;
  }

  #decodeFacts(reader: ByteReader): void {
    const flags = reader.u8();
    if (flags >= 1 << VISIBILITY_NAMES.length) reader.truncated = true;
    const shown = { ...NOTHING_SHOWN };
    for (const [i, name] of VISIBILITY_NAMES.entries()) shown[name] = (flags & (1 << i)) !== 0;
    this.visibility(shown);
    this.startUs = reader.f64le();
    this.endUs = reader.f64le();
    const empty = this.startUs === Infinity && this.endUs === -Infinity;
    if (!empty && !(isTime(this.startUs) && isTime(this.endUs))) reader.truncated = true;
    let before: string | undefined;
    for (let left = reader.varint(); left > 0 && !reader.truncated; left--) {
      const reason = readTextKey(reader);
      const count = reader.varint();
      if (
        (before !== undefined && reason <= before) ||
        count === 0 ||
        toTextKey(reason) !== reason
      ) {
        reader.truncated = true;
      }
      this.skipped(reason, count);
      before = reason;
    }
  }

  #decodeHosts(reader: ByteReader): void {
    let before = '';
    for (let left = reader.varint(); left > 0 && !reader.truncated; left--) {
      const host = readTextKey(reader);
      const form = reader.u8();
      if (host <= before || !isHostText(host) || form > 1) reader.truncated = true;
      else if (form === 0) this.#decodeProfile(reader, host);
      else this.#decodeFlows(reader, host);
      before = host;
    }
  }

  #decodeProfile(reader: ByteReader, host: string): void {
    const profile = HostProfile.decode(reader); // read even if there is no room: the next host comes after it
    this.#profile(host)?.merge(profile);
  }

  #decodeFlows(reader: ByteReader, host: string): void {
    const flows = decodeFewFlows(reader, host);
    if (reader.truncated) return;
    if (this.#hasRoom()) this.#hosts.set(host, flows);
  }

  /** Adds the flow in whatever role the host has in it; gives the digest where one was needed. */
  #addFlow(
    host: string,
    held: Held | undefined,
    flow: Flow,
    known: FlowDigest | undefined,
  ): FlowDigest | undefined {
    if (held === undefined) {
      if (this.#hasRoom()) this.#hosts.set(host, [flow]);
      return known;
    }
    if (!(held instanceof HostProfile)) {
      if (held.length < FEW_FLOWS) {
        held.push(flow);
        return known;
      }
    }
    const profile = held instanceof HostProfile ? held : this.#profile(host)!;
    const digest = known ?? digestFlow(flow);
    if (flow.originator === host) profile.addFlow(flow, 'originator', digest);
    if (flow.responder === host) profile.addFlow(flow, 'responder', digest);
    return digest;
  }

  /** The host's profile to add to. */
  #profile(host: string): HostProfile | undefined {
    const held = this.#hosts.get(host);
    if (held instanceof HostProfile) return held;
    if (held === undefined && !this.#hasRoom()) return undefined;
    const profile = held === undefined ? new HostProfile() : profileOf(host, held);
    this.#hosts.set(host, profile);
    return profile;
  }

  #hasRoom(): boolean {
    if (this.#hosts.size < this.#maxHosts) return true;
    this.skipped('hostTableFull', 1);
    return false;
  }

  #sorted(): [string, Held][] {
    return [...this.#hosts].sort(byText);
  }
}

function toProfile(host: string, held: Held): HostProfile {
  return held instanceof HostProfile ? held : profileOf(host, held);
}

function byText([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const PLAIN = /^[ -~]{0,128}$/;

/** A service is read where a flow comes in and where its bytes do: it has to be the same text in both places. */
function withKeptService(flow: Flow): Flow {
  return PLAIN.test(flow.service) ? flow : { ...flow, service: toTextKey(flow.service) };
}

function isTime(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
