import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import type { AppEvent, TrafficSink, Visibility } from '../flow/event.ts';
import type { Flow } from '../flow/flow.ts';
import { readTextKey, toTextKey, writeTextKey } from '../stats/text-key.ts';
import { saturatingAdd } from '../stats/whole-number.ts';
import { decodeFewFlows, encodeFewFlows } from './few-flows.ts';
import type { Role } from './flow-digest.ts';
import { HostProfile } from './host-profile.ts';
import { HostStore } from './host-store.ts';
import type { ByteShelf } from './part-shelf.ts';
import { parseQuad } from './quad.ts';
import type { SideProfile } from './side-profile.ts';
import { isHostText, isUsableEvent, isUsableFlow } from './usable-traffic.ts';

export interface HostTableOptions {
  /** Hosts kept; flows and events of further ones are counted under `hostTableFull`. */
  readonly maxHosts?: number;
  /** What addresses are placed by: drawn at random, nobody can choose addresses that fall into one place. */
  readonly hashSeed?: number;
  /**
   * Where to put what is known of hosts when it is too much to hold: with it memory is bounded by the number of hosts.
   * Without it, all is held. It makes no difference to any result.
   */
  readonly shelf?: ByteShelf;
  /** Bytes of flows and profiles held before they go to the shelf. Default 128 MiB. */
  readonly mostBytes?: number;
}

/** A host on its way to a vector. */
export interface HostReading {
  readonly host: string;
  readonly likeness: number;
  /** Makes the profile anew at every call. */
  readonly profile: () => HostProfile;
}

const MAGIC = 'RSHT';
const VERSION = 2;
const NOTHING_SHOWN: Required<Visibility> = {
  packets: false, connState: false, history: false, dns: false, http: false, tls: false, ssh: false,
  payload: false,
}; // prettier-ignore
const VISIBILITY_NAMES = Object.keys(NOTHING_SHOWN) as (keyof Visibility)[];

/**
 * The profiles of all hosts of some traffic: what a reader fills and what parts of a job merge. A host of which at
 * most four flows and no events were seen is written as those flows: a profile is thirty times their size, and in a
 * flood with spoofed sources nearly all hosts are such. Which of the two depends on the traffic alone.
 */
export class HostTable implements TrafficSink {
  readonly #hosts: HostStore;
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
    this.#hosts = new HostStore(options);
  }

  get size(): number {
    return this.#hosts.size;
  }

  /** For reading: what is added to it may not be kept. */
  get(host: string): HostProfile | undefined {
    const known = this.#hosts.findText(host);
    return known < 0 ? undefined : this.#hosts.profile(known);
  }

  /** One side of a host's profile, for reading. */
  side(host: string, role: Role): SideProfile | undefined {
    const known = this.#hosts.findText(host);
    return known < 0 ? undefined : this.#hosts.sides(known)[role];
  }

  /** Hosts in the order of their texts: the same whatever order the traffic came in. For reading, as `get`. */
  *entries(): IterableIterator<readonly [string, HostProfile]> {
    const hosts = this.#hosts;
    for (const host of hosts.sorted()) yield [hosts.text(host), hosts.profile(host)];
  }

  /** The same for whoever may not need every profile: hosts of one likeness (not −1) have the same vector. */
  *readings(): IterableIterator<HostReading> {
    const hosts = this.#hosts;
    const known = new Map<number, number>();
    for (const host of hosts.sorted()) {
      const likeness = hosts.likeness(host, known);
      yield { host: hosts.text(host), likeness, profile: () => hosts.profile(host) };
    }
  }

  flow(flow: Flow): void {
    const { originator, responder } = flow;
    const originatorQuad = parseQuad(originator);
    const responderQuad = parseQuad(responder);
    let from = this.#hosts.find(originatorQuad, originator);
    let to = this.#hosts.find(responderQuad, responder);
    const areHosts =
      (originatorQuad >= 0 || from >= 0 || isHostText(originator)) &&
      (responderQuad >= 0 || to >= 0 || isHostText(responder));
    if (!areHosts || !isUsableFlow(flow)) {
      this.skipped('impossibleFlow', 1);
      return;
    }
    if (flow.startUs < this.startUs) this.startUs = flow.startUs;
    if (flow.endUs > this.endUs) this.endUs = flow.endUs;
    if (from < 0) from = this.#add(originatorQuad, originator);
    if (originator === responder) to = from;
    else if (to < 0) to = this.#add(responderQuad, responder);
    if (from >= 0 || to >= 0) {
      this.#hosts.addFlow(flow, { originatorQuad, responderQuad }, from, to);
    }
  }

  event(event: AppEvent): void {
    const { originator } = event;
    const quad = parseQuad(originator);
    const known = this.#hosts.find(quad, originator);
    const areHosts =
      (quad >= 0 || known >= 0 || isHostText(originator)) && isHostText(event.responder);
    if (!areHosts || !isUsableEvent(event)) {
      this.skipped('impossibleEvent', 1);
      return;
    }
    const host = known >= 0 ? known : this.#add(quad, originator);
    if (host >= 0) this.#hosts.profileToAddTo(host).addEvent(event);
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
    const hosts = other.#hosts;
    for (let host = 0; host < hosts.size; host++) {
      const [quad, text] = [hosts.quad(host), hosts.text(host)];
      const known = this.#hosts.find(quad, text);
      const lost = hosts.hasFewFlows(host) ? hosts.heldCount(host) : 1;
      const own = known >= 0 ? known : this.#add(quad, text, lost);
      if (own >= 0) this.#hosts.mergeHost(own, hosts, host);
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
    for (const host of this.#hosts.sorted()) {
      writeTextKey(writer, this.#hosts.text(host));
      this.#encodeHost(writer, host);
    }
    return writer.toBytes();
  }

  /** Every host with the bytes that `encode` writes of it, in the order of their texts. */
  *encodedHosts(): IterableIterator<readonly [host: string, bytes: Uint8Array]> {
    for (const host of this.#hosts.sorted()) yield [this.#hosts.text(host), this.#encoded(host)];
  }

  /** The same of one host. */
  encodedHost(host: string): Uint8Array | undefined {
    const known = this.#hosts.findText(host);
    return known < 0 ? undefined : this.#encoded(known);
  }

  /** Adds what `encodedHosts` of this or another table gave of a host. Throws `RangeError` on other bytes. */
  addEncodedHost(host: string, bytes: Uint8Array): void {
    if (!isHostText(host)) throw new RangeError('host table: a host without a text');
    const reader = new ByteReader(bytes);
    const form = reader.u8();
    const flows = form === 1 ? decodeFewFlows(reader, host) : [];
    const profile = form === 0 ? HostProfile.decode(reader) : undefined;
    if (reader.truncated || reader.left > 0 || form > 1)
      throw new RangeError(`host table: the bytes of ${host} are damaged`);
    const quad = parseQuad(host);
    const known = this.#hosts.find(quad, host);
    const own = known >= 0 ? known : this.#add(quad, host, Math.max(1, flows.length));
    if (own < 0) return;
    for (const flow of flows) this.#hosts.addFlowOf(own, flow);
    if (profile === undefined) return;
    if (known >= 0) this.#hosts.profileToAddTo(own).merge(profile);
    else this.#hosts.setProfile(own, profile);
  }

  #encoded(host: number): Uint8Array {
    const writer = new ByteWriter();
    this.#encodeHost(writer, host);
    return writer.toBytes();
  }

  #encodeHost(writer: ByteWriter, host: number): void {
    const isFew = this.#hosts.hasFewFlows(host);
    writer.u8(isFew ? 1 : 0);
    if (isFew) encodeFewFlows(writer, this.#hosts.heldFlows(host));
    else this.#hosts.profile(host).encode(writer);
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
    const added = this.#add(parseQuad(host), host);
    if (added >= 0) this.#hosts.setProfile(added, profile);
  }

  #decodeFlows(reader: ByteReader, host: string): void {
    const flows = decodeFewFlows(reader, host);
    if (reader.truncated) return;
    const added = this.#add(parseQuad(host), host);
    if (added >= 0) for (const flow of flows) this.#hosts.addFlowOf(added, flow);
  }

  /** The number of a host that is not there yet, −1 when there is no room for it and something is lost. */
  #add(quad: number, text: string, lost = 1): number {
    if (this.#hosts.size < this.#maxHosts) return this.#hosts.add(quad, text);
    this.skipped('hostTableFull', lost);
    return -1;
  }
}

function byText([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isTime(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
