import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CONN_STATES } from '../flow/flow.ts';
import { addCells, plainCells, readCells, writeCells } from '../stats/cells.ts';
import { CategoryCounts } from '../stats/counts.ts';
import { DistinctTimes } from '../stats/distinct-times.ts';
import { DistinctCounter } from '../stats/distinct.ts';
import { hashNumbers } from '../stats/hash.ts';
import { QuantileSketch } from '../stats/quantiles.ts';
import { TopShare } from '../stats/top-share.ts';
import { saturatingAdd } from '../stats/whole-number.ts';
import type { FlowDigest, Role } from './flow-digest.ts';
import { FLOW_OUTCOMES, type FlowOutcome } from './flow-outcome.ts';
import { TimeRange } from './time-range.ts';

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
  'established', // TCP
  'multicastFlows',
  'loginFlows', // to services that ask for a password
  'privilegedPortFlows', // responder port < 1024
  'handshakeOnlyFlows', // TCP, completed or half-open, no payload either way
  'halfOpenFlows', // TCP, the SYN was answered and the answer never acknowledged
  'oneSidedFlows', // the other side sent nothing
  'longFlows', // over 10 minutes
  'slowFlows', // TCP over 30 s with under 2 KiB of own payload
  'unreachableFlows', // of which an ICMP error said that host or port cannot be reached
] as const;

export type Counter = (typeof COUNTERS)[number];

const COUNTER_INDEX = Object.fromEntries(COUNTERS.map((name, index) => [name, index])) as Record<
  Counter,
  number
>;

const TCP = 6;
const UDP = 17;
const TEN_MINUTES_US = 600e6;
const SECOND_US = 1e6;
const MINUTE_US = 60e6;
const HOUR_US = 3600e6;

/** What one host did in one role. "Own" is what it sent, "peer" what it got; peers are the other ends. */
export class SideProfile {
  readonly counters = plainCells(COUNTERS.length);
  readonly outcomes = plainCells(FLOW_OUTCOMES.length);
  /** Of TCP flows. */
  readonly connStates = plainCells(CONN_STATES.length);
  peers = new DistinctCounter();
  /** Peers with a flow that succeeded. */
  answeredPeers = new DistinctCounter();
  /** Peers with a flow in which the responder was heard at all, be it a refusal. */
  heardPeers = new DistinctCounter();
  networks = new DistinctCounter();
  ports = new DistinctCounter();
  peerPorts = new DistinctCounter();
  flowsByPeer = new TopShare();
  flowsByPort = new TopShare();
  flowsByOriginatorPort = new TopShare();
  flowsByShape = new TopShare();
  groups = new CategoryCounts();
  services = new CategoryCounts();
  durations = new QuantileSketch();
  ownBytes = new QuantileSketch();
  peerBytes = new QuantileSketch();
  ownPackets = new QuantileSketch();
  packetSizes = new QuantileSketch(); // mean IP bytes of own packets, one value a flow
  /** Of flow starts, as what follows: in how many seconds, minutes and hours of the clock there was one. */
  activity = new TimeRange();
  activeSeconds = new DistinctTimes(SECOND_US);
  activeMinutes = new DistinctTimes(MINUTE_US);
  activeHours = new DistinctTimes(HOUR_US);

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

  add(flow: FlowDigest, role: Role): void {
    const originating = role === 'originator';
    const durationUs = Math.max(0, flow.endUs - flow.startUs);
    this.#countFlow(flow, durationUs);
    if (flow.peer.isGroup) this.#bump('multicastFlows', 1);
    this.#addPeer(flow);
    const { service } = flow.service;
    this.groups.add(flow.service.group);
    if (service !== '') this.services.add(service);
    this.durations.add(durationUs);
    this.activity.add(flow.startUs);
    this.activeSeconds.add(flow.startUs);
    this.activeMinutes.add(flow.startUs);
    this.activeHours.add(flow.startUs);
    if (originating) {
      this.#addBytes(flow, durationUs, flow.originatorBytes, flow.responderBytes);
      this.#addPackets(flow.originatorPackets, flow.responderPackets, flow.originatorIpBytes, flow.responderIpBytes); // prettier-ignore
    } else {
      this.#addBytes(flow, durationUs, flow.responderBytes, flow.originatorBytes);
      this.#addPackets(flow.responderPackets, flow.originatorPackets, flow.responderIpBytes, flow.originatorIpBytes); // prettier-ignore
    }
  }

  #countFlow(flow: FlowDigest, durationUs: number): void {
    this.#bump('flows', 1);
    if (flow.protocol === TCP) this.#addTcp(flow);
    else if (flow.protocol === UDP) this.#bump('udpFlows', 1);
    else if (flow.protocol === 1 || flow.protocol === 58) this.#bump('icmpFlows', 1);
    this.#bump('durationUs', durationUs);
    if (durationUs > TEN_MINUTES_US) this.#bump('longFlows', 1);
    if (flow.service.isLogin) this.#bump('loginFlows', 1);
    if (flow.responderPort < 1024) this.#bump('privilegedPortFlows', 1);
    if (flow.icmpError === 'unreachable') this.#bump('unreachableFlows', 1);
    this.outcomes[FLOW_OUTCOMES.indexOf(flow.outcome)]! += 1;
  }

  #addPeer(flow: FlowDigest): void {
    const { outcome, peer, portHash } = flow;
    this.peers.add(peer.hash);
    if (outcome === 'succeeded') this.answeredPeers.add(peer.hash);
    if (outcome !== 'unanswered') this.heardPeers.add(peer.hash);
    this.networks.add(peer.networkHash);
    this.ports.add(portHash);
    this.peerPorts.add(hashNumbers(peer.hash, portHash));
    this.flowsByPeer.add(peer.hash);
    this.flowsByPort.add(portHash);
    this.flowsByOriginatorPort.add(hashNumbers(flow.protocol, flow.originatorPort));
  }

  /** Connection states of TCP alone: Zeek gives UDP states of the same names. */
  #addTcp(flow: FlowDigest): void {
    this.#bump('tcpFlows', 1);
    if (flow.connState !== '') this.connStates[CONN_STATES.indexOf(flow.connState)]! += 1;
    if (flow.established) this.#bump('established', 1);
    if (isHalfOpen(flow)) this.#bump('halfOpenFlows', 1);
  }

  #addBytes(flow: FlowDigest, durationUs: number, ownBytes: number, peerBytes: number): void {
    if (Number.isNaN(ownBytes) || Number.isNaN(peerBytes)) return;
    this.#bump('byteFlows', 1);
    this.#bump('ownBytes', ownBytes);
    this.#bump('peerBytes', peerBytes);
    this.ownBytes.add(ownBytes);
    this.peerBytes.add(peerBytes);
    this.flowsByShape.add(hashNumbers(hashNumbers(ownBytes, peerBytes), flow.portHash));
    if (flow.protocol !== TCP) return;
    if (ownBytes + peerBytes === 0) this.#bump('handshakeOnlyFlows', 1);
    if (durationUs > 30e6 && ownBytes < 2048) this.#bump('slowFlows', 1);
  }

  #addPackets(
    ownPackets: number,
    peerPackets: number,
    ownIpBytes: number,
    peerIpBytes: number,
  ): void {
    if (Number.isNaN(ownPackets) || Number.isNaN(peerPackets)) return;
    this.#bump('packetFlows', 1);
    this.#bump('ownPackets', ownPackets);
    this.#bump('peerPackets', peerPackets);
    this.ownPackets.add(ownPackets);
    if (peerPackets === 0) this.#bump('oneSidedFlows', 1);
    if (Number.isNaN(ownIpBytes) || Number.isNaN(peerIpBytes)) return;
    this.#bump('ownIpBytes', ownIpBytes);
    this.#bump('peerIpBytes', peerIpBytes);
    if (ownPackets > 0) this.packetSizes.add(ownIpBytes / ownPackets);
  }

  merge(other: SideProfile): void {
    addCells(this.counters, other.counters);
    addCells(this.outcomes, other.outcomes);
    addCells(this.connStates, other.connStates);
    this.peers.merge(other.peers);
    this.answeredPeers.merge(other.answeredPeers);
    this.heardPeers.merge(other.heardPeers);
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
    this.activeSeconds.merge(other.activeSeconds);
    this.activeMinutes.merge(other.activeMinutes);
    this.activeHours.merge(other.activeHours);
  }

  encode(writer: ByteWriter): void {
    writeCells(writer, this.counters);
    writeCells(writer, this.outcomes);
    writeCells(writer, this.connStates);
    for (const state of this.#states()) state.encode(writer);
  }

  static decode(reader: ByteReader): SideProfile {
    const side = new SideProfile();
    readCells(reader, side.counters);
    readCells(reader, side.outcomes);
    readCells(reader, side.connStates);
    side.peers = DistinctCounter.decode(reader);
    side.answeredPeers = DistinctCounter.decode(reader);
    side.heardPeers = DistinctCounter.decode(reader);
    side.networks = DistinctCounter.decode(reader);
    side.ports = DistinctCounter.decode(reader);
    side.peerPorts = DistinctCounter.decode(reader);
    side.flowsByPeer = TopShare.decode(reader);
    side.flowsByPort = TopShare.decode(reader);
    side.flowsByOriginatorPort = TopShare.decode(reader);
    side.flowsByShape = TopShare.decode(reader);
    side.groups = CategoryCounts.decode(reader);
    side.services = CategoryCounts.decode(reader);
    side.durations = QuantileSketch.decode(reader);
    side.ownBytes = QuantileSketch.decode(reader);
    side.peerBytes = QuantileSketch.decode(reader);
    side.ownPackets = QuantileSketch.decode(reader);
    side.packetSizes = QuantileSketch.decode(reader);
    side.activity = TimeRange.decode(reader);
    side.activeSeconds = DistinctTimes.decode(reader, SECOND_US);
    side.activeMinutes = DistinctTimes.decode(reader, MINUTE_US);
    side.activeHours = DistinctTimes.decode(reader, HOUR_US);
    return reader.truncated ? new SideProfile() : side;
  }

  #states() {
    return [
      this.peers, this.answeredPeers, this.heardPeers, this.networks, this.ports, this.peerPorts,
      this.flowsByPeer, this.flowsByPort, this.flowsByOriginatorPort, this.flowsByShape,
      this.groups, this.services,
      this.durations, this.ownBytes, this.peerBytes, this.ownPackets, this.packetSizes,
      this.activity, this.activeSeconds, this.activeMinutes, this.activeHours,
    ]; // prettier-ignore
  }

  #bump(counter: Counter, by: number): void {
    const index = COUNTER_INDEX[counter];
    this.counters[index] = saturatingAdd(this.counters[index]!, by);
  }
}

/** A SYN scan of an open port is `RSTO` for Zeek (history `ShR`), a SYN flood on one `S1` (`Sh`). */
function isHalfOpen({ connState, established }: FlowDigest): boolean {
  return !established && (connState === 'S1' || connState === 'RSTO' || connState === 'RSTR');
}
