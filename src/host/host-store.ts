import type { Flow } from '../flow/flow.ts';
import { FEW_FLOWS } from './few-flows.ts';
import { FlowDigest } from './flow-digest.ts';
import {
  flowEnds,
  HeldFlows,
  ORIGINATOR_SIDE,
  RESPONDER_SIDE,
  type FlowEnds,
} from './held-flows.ts';
import { FIRST_OF_KEEPER, HOST_INTS, HostIndex, SECOND_OF_KEEPER } from './host-index.ts';
import { HostProfile } from './host-profile.ts';

/**
 * A host's flows make a profile when there are so many: of fewer the flows themselves take a quarter of the memory of
 * their summaries, and what is added up for a reader and dropped at once costs the collector nothing.
 */
const MOST_WITHOUT_PROFILE = 256;
/** Then they are added to it by the dozen, which finds the profile in the processor's cache. */
const MOST_BESIDE_PROFILE = 32;

/** One more than the link to the last of the flows that the host's profile does not hold, 0 for none. */
const HEAD = FIRST_OF_KEEPER;
/** How many these are; over these bits one more than the place of the host's profile, 0 for none. */
const COUNT = SECOND_OF_KEEPER;
const COUNT_BITS = 9;
const COUNT_MASK = (1 << COUNT_BITS) - 1;

const MOST_LIKENESSES = 4096;

/** What is known of hosts: by number, in the order they came. */
export class HostStore {
  readonly #index: HostIndex;
  readonly #flows = new HeldFlows();
  readonly #profiles: HostProfile[] = [];
  readonly #digest = new FlowDigest();
  readonly #links = new Int32Array(MOST_WITHOUT_PROFILE);

  constructor(hashSeed: number) {
    this.#index = new HostIndex(hashSeed);
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
  }

  /** Adds a flow to one host, at whichever end of it that is. */
  addFlowOf(host: number, flow: Flow): void {
    const isOriginator = flow.originator === this.#index.text(host);
    this.addFlow(flow, flowEnds(flow), isOriginator ? host : -1, isOriginator ? -1 : host);
  }

  /** Adds what another store knows of one of its hosts; the other stays as it is, and may be this one. */
  mergeHost(host: number, other: HostStore, otherHost: number): void {
    const profile = other.#profile(otherHost);
    if (profile !== undefined) this.profileToAddTo(host).merge(profile);
    const links = other.#linksOf(otherHost).slice();
    for (const link of links) {
      this.#hold(host, this.#flows.copy(other.#flows, link >>> 1), link & 1);
      this.#settleFull(host);
    }
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
    if (profile === undefined) return this.#addHeld(host, new HostProfile());
    this.#settle(host, profile);
    return profile;
  }

  /** The host's profile, for what cannot be held as a flow. */
  profileToAddTo(host: number): HostProfile {
    return this.#profile(host) ?? this.setProfile(host, new HostProfile());
  }

  /** Gives a host that has none its profile. */
  setProfile(host: number, profile: HostProfile): HostProfile {
    this.#index.rows[host * HOST_INTS + COUNT]! |= this.#profiles.push(profile) << COUNT_BITS;
    return profile;
  }

  #profile(host: number): HostProfile | undefined {
    const place = this.#index.rows[host * HOST_INTS + COUNT]! >>> COUNT_BITS;
    return place === 0 ? undefined : this.#profiles[place - 1];
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
    const most = count > COUNT_MASK ? MOST_BESIDE_PROFILE : MOST_WITHOUT_PROFILE;
    if ((count & COUNT_MASK) >= most) this.#settle(host, this.profileToAddTo(host));
  }

  /** Moves the host's flows into its profile. */
  #settle(host: number, profile: HostProfile): void {
    if (this.heldCount(host) === 0) return;
    this.#addHeld(host, profile);
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
