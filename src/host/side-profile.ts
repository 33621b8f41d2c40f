import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { addressScope, isIpv4, parseAddress } from '../bytes/ip-address.ts';
import { serviceGroup, serviceOf, isLoginService } from '../flow/service.ts';
import { CONN_STATES, type Flow } from '../flow/flow.ts';
import { Activity } from '../stats/activity.ts';
import { CategoryCounts } from '../stats/counts.ts';
import { DistinctCounter } from '../stats/distinct.ts';
import { hashNumbers, hashText } from '../stats/hash.ts';
import { QuantileSketch } from '../stats/quantiles.ts';
import { TopShare } from '../stats/top-share.ts';
import { FLOW_OUTCOMES, type FlowOutcome } from './flow-outcome.ts';

export type Role = 'originator' | 'responder';

/** Plain integer counters of one side, in the order they are encoded. */
const COUNTERS = [
  'flows',
  'tcpFlows',
  'udpFlows',
  'icmpFlows',
  'packetFlows', // flows whose packet counts the input shows
  'byteFlows', // flows whose payload bytes the input shows
  'ownPackets',
  'peerPackets',
  'ownIpBytes',
  'peerIpBytes',
  'ownBytes',
  'peerBytes',
  'durationUs',
  'established',
  'multicastFlows',
  'loginFlows', // to services that ask for a password
  'privilegedPortFlows', // responder port < 1024
  'handshakeOnlyFlows', // TCP, completed or half-open, no payload either way
  'halfOpenFlows', // TCP, the SYN was answered and the answer never acknowledged
  'oneSidedFlows', // the other side sent nothing
  'longFlows', // over 10 minutes
  'slowFlows', // TCP over 30 s with under 2 KiB of own payload
] as const;

export type Counter = (typeof COUNTERS)[number];

const COUNTER_INDEX = Object.fromEntries(COUNTERS.map((name, index) => [name, index])) as Record<
  Counter,
  number
>;

const TCP = 6;
const UDP = 17;
const TEN_MINUTES_US = 600e6;

/** What one host did in one role. "Own" is what it sent, "peer" what it got; peers are the other ends. */
export class SideProfile {
  readonly counters = new Float64Array(COUNTERS.length);
  readonly outcomes = new Float64Array(FLOW_OUTCOMES.length);
  /** Of TCP flows. */
  readonly connStates = new Float64Array(CONN_STATES.length);
  readonly peers = new DistinctCounter();
  readonly answeredPeers = new DistinctCounter();
  readonly networks = new DistinctCounter();
  readonly ports = new DistinctCounter();
  readonly peerPorts = new DistinctCounter();
  readonly flowsByPeer = new TopShare();
  readonly flowsByPort = new TopShare();
  readonly flowsByOriginatorPort = new TopShare();
  readonly flowsByShape = new TopShare();
  readonly groups = new CategoryCounts();
  readonly services = new CategoryCounts();
  readonly durations = new QuantileSketch();
  readonly ownBytes = new QuantileSketch();
  readonly peerBytes = new QuantileSketch();
  readonly ownPackets = new QuantileSketch();
  readonly packetSizes = new QuantileSketch(); // mean IP bytes of own packets, one value a flow
  readonly activity = new Activity();

  get flows(): number {
    return this.count('flows');
  }

  count(counter: Counter): number {
    return this.counters[COUNTER_INDEX[counter]]!;
  }

  outcome(outcome: FlowOutcome): number {
    return this.outcomes[FLOW_OUTCOMES.indexOf(outcome)]!;
  }

  connState(state: (typeof CONN_STATES)[number]): number {
    return this.connStates[CONN_STATES.indexOf(state)]!;
  }

  add(flow: Flow, role: Role, outcome: FlowOutcome): void {
    const originating = role === 'originator';
    const peer = originating ? flow.responder : flow.originator;
    const peerHash = hashText(peer);
    const ownBytes = originating ? flow.originatorBytes : flow.responderBytes;
    const peerBytes = originating ? flow.responderBytes : flow.originatorBytes;
    const ownPackets = originating ? flow.originatorPackets : flow.responderPackets;
    const peerPackets = originating ? flow.responderPackets : flow.originatorPackets;
    const ownIpBytes = originating ? flow.originatorIpBytes : flow.responderIpBytes;
    const peerIpBytes = originating ? flow.responderIpBytes : flow.originatorIpBytes;
    const durationUs = Math.max(0, flow.endUs - flow.startUs);
    const service = serviceOf(flow.protocol, flow.responderPort, flow.service);
    const portHash = hashNumbers(flow.protocol, flow.responderPort);

    this.#bump('flows', 1);
    if (flow.protocol === TCP) this.#bump('tcpFlows', 1);
    else if (flow.protocol === UDP) this.#bump('udpFlows', 1);
    else if (flow.protocol === 1 || flow.protocol === 58) this.#bump('icmpFlows', 1);
    this.#bump('durationUs', durationUs);
    if (durationUs > TEN_MINUTES_US) this.#bump('longFlows', 1);
    if (flow.established) this.#bump('established', 1);
    if (isLoginService(service)) this.#bump('loginFlows', 1);
    if (flow.responderPort < 1024) this.#bump('privilegedPortFlows', 1);
    this.#addScope(peer, peerHash);
    this.outcomes[FLOW_OUTCOMES.indexOf(outcome)]! += 1;
    // TCP alone: Zeek gives UDP states of the same names, and a share of TCP flows must not count those.
    if (flow.protocol === TCP) {
      if (flow.connState !== '') this.connStates[CONN_STATES.indexOf(flow.connState)]! += 1;
      if (isHalfOpen(flow)) this.#bump('halfOpenFlows', 1);
    }

    this.peers.add(peerHash);
    if (outcome === 'succeeded') this.answeredPeers.add(peerHash);
    this.ports.add(portHash);
    this.peerPorts.add(hashNumbers(peerHash, portHash));
    this.flowsByPeer.add(peerHash);
    this.flowsByPort.add(portHash);
    this.flowsByOriginatorPort.add(flow.originatorPort);
    this.groups.add(serviceGroup(service));
    if (service !== '') this.services.add(service);
    this.durations.add(durationUs);
    this.activity.add(flow.startUs);

    if (!Number.isNaN(ownBytes) && !Number.isNaN(peerBytes)) {
      this.#bump('byteFlows', 1);
      this.#bump('ownBytes', ownBytes);
      this.#bump('peerBytes', peerBytes);
      this.ownBytes.add(ownBytes);
      this.peerBytes.add(peerBytes);
      this.flowsByShape.add(hashNumbers(hashNumbers(ownBytes, peerBytes), portHash));
      if (flow.protocol === TCP && ownBytes + peerBytes === 0) this.#bump('handshakeOnlyFlows', 1);
      if (flow.protocol === TCP && durationUs > 30e6 && ownBytes < 2048) this.#bump('slowFlows', 1);
    }
    if (!Number.isNaN(ownPackets) && !Number.isNaN(peerPackets)) {
      this.#bump('packetFlows', 1);
      this.#bump('ownPackets', ownPackets);
      this.#bump('peerPackets', peerPackets);
      this.ownPackets.add(ownPackets);
      if (peerPackets === 0) this.#bump('oneSidedFlows', 1);
      if (!Number.isNaN(ownIpBytes) && !Number.isNaN(peerIpBytes)) {
        this.#bump('ownIpBytes', ownIpBytes);
        this.#bump('peerIpBytes', peerIpBytes);
        if (ownPackets > 0) this.packetSizes.add(ownIpBytes / ownPackets);
      }
    }
  }

  merge(other: SideProfile): void {
    for (const [from, into] of [
      [other.counters, this.counters],
      [other.outcomes, this.outcomes],
      [other.connStates, this.connStates],
    ] as const) {
      for (let i = 0; i < from.length; i++) into[i]! += from[i]!;
    }
    this.peers.merge(other.peers);
    this.answeredPeers.merge(other.answeredPeers);
    this.networks.merge(other.networks);
    this.ports.merge(other.ports);
    this.peerPorts.merge(other.peerPorts);
    this.flowsByPeer.merge(other.flowsByPeer);
    this.flowsByPort.merge(other.flowsByPort);
    this.flowsByOriginatorPort.merge(other.flowsByOriginatorPort);
    this.flowsByShape.merge(other.flowsByShape);
    this.groups.merge(other.groups);
    this.services.merge(other.services);
    this.durations.merge(other.durations);
    this.ownBytes.merge(other.ownBytes);
    this.peerBytes.merge(other.peerBytes);
    this.ownPackets.merge(other.ownPackets);
    this.packetSizes.merge(other.packetSizes);
    this.activity.merge(other.activity);
  }

  encode(writer: ByteWriter): void {
    for (const counts of [this.counters, this.outcomes, this.connStates]) {
      for (const value of counts) writer.varint(value);
    }
    for (const state of this.#states()) state.encode(writer);
  }

  static decode(reader: ByteReader): SideProfile {
    const side = new SideProfile();
    for (const counts of [side.counters, side.outcomes, side.connStates]) {
      for (let i = 0; i < counts.length; i++) counts[i] = reader.varint();
    }
    side.peers.merge(DistinctCounter.decode(reader));
    side.answeredPeers.merge(DistinctCounter.decode(reader));
    side.networks.merge(DistinctCounter.decode(reader));
    side.ports.merge(DistinctCounter.decode(reader));
    side.peerPorts.merge(DistinctCounter.decode(reader));
    side.flowsByPeer.merge(TopShare.decode(reader));
    side.flowsByPort.merge(TopShare.decode(reader));
    side.flowsByOriginatorPort.merge(TopShare.decode(reader));
    side.flowsByShape.merge(TopShare.decode(reader));
    side.groups.merge(CategoryCounts.decode(reader));
    side.services.merge(CategoryCounts.decode(reader));
    side.durations.merge(QuantileSketch.decode(reader));
    side.ownBytes.merge(QuantileSketch.decode(reader));
    side.peerBytes.merge(QuantileSketch.decode(reader));
    side.ownPackets.merge(QuantileSketch.decode(reader));
    side.packetSizes.merge(QuantileSketch.decode(reader));
    side.activity.merge(Activity.decode(reader));
    return side;
  }

  #states() {
    return [
      this.peers, this.answeredPeers, this.networks, this.ports, this.peerPorts,
      this.flowsByPeer, this.flowsByPort, this.flowsByOriginatorPort, this.flowsByShape,
      this.groups, this.services,
      this.durations, this.ownBytes, this.peerBytes, this.ownPackets, this.packetSizes,
      this.activity,
    ]; // prettier-ignore
  }

  #bump(counter: Counter, by: number): void {
    this.counters[COUNTER_INDEX[counter]]! += by;
  }

  /** The peer's /24 (IPv4) or /64 (IPv6), and whether it is a group address. */
  #addScope(peer: string, peerHash: number): void {
    const words = parseAddress(peer);
    if (words === undefined) {
      this.networks.add(peerHash);
      return;
    }
    const scope = addressScope(words);
    if (scope === 'multicast' || scope === 'broadcast') this.#bump('multicastFlows', 1);
    this.networks.add(
      isIpv4(words) ? hashNumbers(words[3]! >>> 8, 4) : hashNumbers(words[0]!, words[1]!),
    );
  }
}

/** A SYN scan of an open port is `RSTO` for Zeek (history `ShR`), a SYN flood on one `S1` (`Sh`). */
function isHalfOpen({ connState, established }: Flow): boolean {
  return !established && (connState === 'S1' || connState === 'RSTO' || connState === 'RSTR');
}
