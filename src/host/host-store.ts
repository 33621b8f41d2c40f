import type { Flow } from '../flow/flow.ts';
import { FEW_FLOWS } from './few-flows.ts';
import { FlowDigest } from './flow-digest.ts';
import {
  flowEnds,
  HeldFlows,
  ORIGINATOR_SIDE,
  RESPONDER_SIDE,
  ROW_BYTES,
  type FlowEnds,
} from './held-flows.ts';
import { FIRST_OF_KEEPER, HOST_INTS, HostIndex, SECOND_OF_KEEPER } from './host-index.ts';
import { flowsPart, MOST_FLOWS_OF_PART, profileOfParts, profilePart } from './host-part.ts';
import { HostProfile } from './host-profile.ts';
import { PartShelf, type ByteShelf } from './part-shelf.ts';

/**
 * A host's flows make a profile when there are so many: of fewer the flows themselves take a quarter of the memory of
 * their summaries, and what is added up for a reader and dropped at once costs the collector nothing.
 */
const MOST_WITHOUT_PROFILE = 256;
/** Then they are added to it by the dozen, which finds the profile in the processor's cache. */
const MOST_BESIDE_PROFILE = 32;

/** One more than the link to the last of the flows that the host's profile does not hold, 0 for none. */
const HEAD = FIRST_OF_KEEPER;
/** How many these are; over these bits one more than the place of the host's profile and parts, 0 for none. */
const COUNT = SECOND_OF_KEEPER;
const COUNT_BITS = 9;
const COUNT_MASK = (1 << COUNT_BITS) - 1;

const MOST_LIKENESSES = 4096;

// What profiles take, at most and about: of a new one, of a flow or an event more, and of one that has had many.
const PROFILE_BYTES = 4096;
const BYTES_OF_ADDED = 300;
const MOST_ADDED = 1 << 14;

export interface HostStoreOptions {
  readonly hashSeed?: number | undefined;
  /** Where to put what is known of hosts when it is too much to hold. */
  readonly shelf?: ByteShelf | undefined;
  /** Bytes of flows and profiles held before they go there; those of hosts with few flows stay. Default 128 MiB. */
  readonly mostBytes?: number | undefined;
}

/**
 * What is known of hosts: by number, in the order they came. With a shelf it is held in bounded memory: whenever it is
 * too much, what is known of every host of more than a few flows becomes a part of its profile on the shelf, and it
 * begins anew; parts merge into the whole, so that makes no difference to whoever asks.
 */
export class HostStore {
  readonly #index: HostIndex;
  readonly #flows = new HeldFlows();
  readonly #profiles: (HostProfile | undefined)[] = [];
  readonly #parts: PartShelf | undefined;
  readonly #mostBytes: number;
  /** Bytes at which all is put away next. */
  #limit: number;
  /** Of the profiles that are held, as estimated. */
  #profileBytes = 0;
  readonly #digest = new FlowDigest();
  readonly #links = new Int32Array(MOST_WITHOUT_PROFILE);

  constructor({ hashSeed = 0, shelf, mostBytes = 128 << 20 }: HostStoreOptions = {}) {
    this.#index = new HostIndex(hashSeed);
    this.#parts = shelf === undefined ? undefined : new PartShelf(shelf);
    this.#mostBytes = mostBytes;
    this.#limit = shelf === undefined ? Infinity : mostBytes;
  }

  get size(): number {
    return this.#index.size;
  }

  /** The host's number, −1 when it is not there; `quad` is the word of its IPv4 address or −1. */
  find(quad: number, text: string): number {
    return quad < 0 ? this.#index.findText(text) : this.#index.findQuad(quad);
  }

  findText(text: string): number {
    return this.#index.find(text);
  }

  /** Adds a host that is not there yet. */
  add(quad: number, text: string): number {
    return this.#index.add(quad, text);
  }

  text(host: number): string {
    return this.#index.text(host);
  }

  quad(host: number): number {
    return this.#index.quad(host);
  }

  /** All hosts, in the order of their texts. */
  sorted(): Uint32Array {
    return this.#index.sorted();
  }

  /** Adds a flow between two addresses to the hosts at its ends, −1 for an end that is not kept. */
  addFlow(flow: Flow, ends: FlowEnds, originator: number, responder: number): void {
    const row = this.#flows.add(flow, ends.originatorQuad, ends.responderQuad);
    // Both hold it before either lets go.
    if (originator >= 0) this.#hold(originator, row, ORIGINATOR_SIDE);
    if (responder >= 0 && responder !== originator) this.#hold(responder, row, RESPONDER_SIDE);
    if (originator >= 0) this.#settleFull(originator);
    if (responder >= 0) this.#settleFull(responder);
    if (this.#flows.held * ROW_BYTES + this.#profileBytes > this.#limit) this.#putAway();
  }

  /** Adds a flow to one host, at whichever end of it that is. */
  addFlowOf(host: number, flow: Flow): void {
    const isOriginator = flow.originator === this.#index.text(host);
    this.addFlow(flow, flowEnds(flow), isOriginator ? host : -1, isOriginator ? -1 : host);
  }

  /** Adds what another store knows of one of its hosts; the other stays as it is, and may be this one. */
  mergeHost(host: number, other: HostStore, otherHost: number): void {
    const profile = other.#partsOf(otherHost) ?? other.#profile(otherHost);
    if (profile !== undefined) {
      this.#profileToAddTo(host).merge(profile);
      this.#profileBytes += BYTES_OF_ADDED * Math.min(addedTo(profile), MOST_ADDED);
    }
    const links = other.#linksOf(otherHost).slice();
    for (const link of links) {
      this.#hold(host, this.#flows.copy(other.#flows, link >>> 1), link & 1);
      this.#settleFull(host);
    }
    if (this.#flows.held * ROW_BYTES + this.#profileBytes > this.#limit) this.#putAway();
  }

  /** True when the host has no more than a few flows and no events. */
  hasFewFlows(host: number): boolean {
    return this.#index.rows[host * HOST_INTS + COUNT]! >>> 0 <= FEW_FLOWS;
  }

  /** How many flows its profile, if there is one, does not hold. */
  heldCount(host: number): number {
    return this.#index.rows[host * HOST_INTS + COUNT]! & COUNT_MASK;
  }

  /**
   * A number that hosts of one flow share when nothing but time, the originator's port and their own addresses tells
   * them apart: no feature shows any of these. −1 for all other hosts. `known` is for one pass over the hosts.
   */
  likeness(host: number, known: Map<number, number>): number {
    const link = this.#loneFlow(host);
    if (link < 0) return -1;
    const hash = this.#flows.likeness(link);
    const first = known.get(hash);
    if (first !== undefined && this.#flows.areAlike(first, link)) return first;
    if (known.size >= MOST_LIKENESSES) known.clear();
    known.set(hash, link);
    return link;
  }

  /** The flows that its profile, if there is one, does not hold. */
  heldFlows(host: number): Flow[] {
    return Array.from(this.#linksOf(host), (link) => this.#flows.flowAt(link >>> 1));
  }

  /** The host's profile, for reading: what is added to it may not be kept. */
  profile(host: number): HostProfile {
    const profile = this.#profile(host);
    const parts = this.#partsOf(host);
    if (parts === undefined && profile !== undefined) {
      this.#settle(host, profile);
      return profile;
    }
    return this.#addHeld(host, parts ?? new HostProfile());
  }

  /** The sides of the host's profile: the rest may be there or not. */
  sides(host: number): HostProfile {
    const parts = this.#partsOf(host, 'sides');
    return parts === undefined ? this.profile(host) : this.#addHeld(host, parts);
  }

  /** The host's profile, for something that cannot be held as a flow. */
  profileToAddTo(host: number): HostProfile {
    if (this.#flows.held * ROW_BYTES + this.#profileBytes > this.#limit) this.#putAway();
    this.#profileBytes += BYTES_OF_ADDED;
    return this.#profileToAddTo(host);
  }

  /** Adds what is known of a host of which nothing else is; the profile is the store's from now on. */
  setProfile(host: number, profile: HostProfile): void {
    this.#profileBytes += BYTES_OF_ADDED * Math.min(addedTo(profile), MOST_ADDED);
    this.#setProfile(host, profile);
    if (this.#profileBytes > this.#limit) this.#putAway();
  }

  #profileToAddTo(host: number): HostProfile {
    return this.#profile(host) ?? this.#setProfile(host, new HostProfile());
  }

  #setProfile(host: number, profile: HostProfile): HostProfile {
    this.#profiles[this.#placeToAddTo(host)] = profile;
    this.#profileBytes += PROFILE_BYTES;
    return profile;
  }

  #placeToAddTo(host: number): number {
    const place = this.#place(host);
    if (place >= 0) return place;
    this.#index.rows[host * HOST_INTS + COUNT]! |= this.#profiles.push(undefined) << COUNT_BITS;
    return this.#profiles.length - 1;
  }

  /** −1 for a host that has no profile and no parts. */
  #place(host: number): number {
    return (this.#index.rows[host * HOST_INTS + COUNT]! >>> COUNT_BITS) - 1;
  }

  /** The profile that is held of the host: without its parts on the shelf. */
  #profile(host: number): HostProfile | undefined {
    return this.#profiles[this.#place(host)];
  }

  /** What the parts on the shelf and the profile that is held make together, as a new one; `undefined` without parts. */
  #partsOf(host: number, wanted: 'all' | 'sides' = 'all'): HostProfile | undefined {
    const place = this.#place(host);
    if (place < 0 || this.#parts?.has(place) !== true) return undefined;
    const whole = profileOfParts(this.#index.text(host), this.#parts.parts(place), wanted);
    const held = this.#profiles[place];
    if (held !== undefined) whole.merge(held);
    return whole;
  }

  #putAway(): void {
    for (let host = 0; host < this.#index.size; host++) {
      if (this.#profile(host) !== undefined || this.heldCount(host) > FEW_FLOWS) this.#putAwayHost(host); // prettier-ignore
    }
    this.#profileBytes = 0;
    const left = this.#flows.held * ROW_BYTES;
    this.#limit = Math.max(this.#mostBytes, left + this.#mostBytes / 2);
  }

  #putAwayHost(host: number): void {
    const profile = this.#profile(host);
    const isFew = profile === undefined && this.heldCount(host) <= MOST_FLOWS_OF_PART;
    const bytes = isFew
      ? flowsPart(this.heldFlows(host))
      : profilePart(this.#addHeld(host, profile ?? new HostProfile()));
    this.#letGo(host);
    const place = this.#placeToAddTo(host);
    this.#profiles[place] = undefined;
    const text = this.#index.text(host);
    this.#parts!.add(place, bytes, (parts) => profilePart(profileOfParts(text, parts)));
  }

  /** The link to the one flow that is all there is of the host, −1 when there is anything else. */
  #loneFlow(host: number): number {
    const { rows } = this.#index;
    if (rows[host * HOST_INTS + COUNT] !== 1) return -1;
    const link = rows[host * HOST_INTS + HEAD]! - 1;
    return this.#flows.isToItself(link >>> 1) ? -1 : link;
  }

  #hold(host: number, row: number, side: number): void {
    const { rows } = this.#index;
    const at = host * HOST_INTS;
    rows[at + HEAD] = this.#flows.hold(row, side, rows[at + HEAD]! - 1) + 1;
    rows[at + COUNT]!++;
  }

  #settleFull(host: number): void {
    const count = this.#index.rows[host * HOST_INTS + COUNT]! >>> 0;
    const held = count & COUNT_MASK;
    if (held < MOST_BESIDE_PROFILE) return;
    const profile = this.#profile(host);
    const most = profile === undefined ? MOST_WITHOUT_PROFILE : MOST_BESIDE_PROFILE;
    if (held < most) return;
    this.#profileBytes += BYTES_OF_ADDED * held;
    this.#settle(host, profile ?? this.#setProfile(host, new HostProfile()));
  }

  /** Moves the host's flows into its profile. */
  #settle(host: number, profile: HostProfile): void {
    if (this.heldCount(host) === 0) return;
    this.#addHeld(host, profile);
    this.#letGo(host);
  }

  /** Lets go of the host's flows. */
  #letGo(host: number): void {
    for (const link of this.#linksOf(host)) this.#flows.release(link);
    const { rows } = this.#index;
    rows[host * HOST_INTS + HEAD] = 0;
    rows[host * HOST_INTS + COUNT]! &= ~COUNT_MASK;
  }

  #addHeld(host: number, profile: HostProfile): HostProfile {
    const flows = this.#flows;
    const digest = this.#digest;
    for (const link of this.#linksOf(host)) {
      flows.digest(link, digest);
      profile.addDigest(digest, (link & 1) === ORIGINATOR_SIDE ? 'originator' : 'responder');
      if (flows.isToItself(link >>> 1)) profile.addDigest(digest, 'responder');
    }
    return profile;
  }

  /** In the order they came; good until the next call. */
  #linksOf(host: number): Int32Array {
    let at = this.heldCount(host);
    const links = this.#links.subarray(0, at);
    let link = this.#index.rows[host * HOST_INTS + HEAD]! - 1;
    for (; at > 0; link = this.#flows.next(link)) links[--at] = link;
    return links;
  }
}

/** How many flows and events a profile has been given, about. */
function addedTo({ originator, responder }: HostProfile): number {
  return (originator?.flows ?? 0) + (responder?.flows ?? 0);
}
