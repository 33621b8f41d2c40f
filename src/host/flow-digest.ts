import type { ConnState, Flow, IcmpError } from '../flow/flow.ts';
import { isLoginService, serviceGroup, serviceOf, type ServiceGroup } from '../flow/service.ts';
import { hashNumbers } from '../stats/hash.ts';
import { digestHostText, digestQuad, hashEnd, type EndDigest } from './end-digest.ts';
import { flowOutcome, type FlowOutcome } from './flow-outcome.ts';
import { parseQuad } from './quad.ts';

export type Role = 'originator' | 'responder';

/** What a service is counted as. */
export interface ServiceDigest {
  /** `''` where neither payload nor port tells. */
  readonly service: string;
  readonly group: ServiceGroup;
  readonly isLogin: boolean;
}

/** Where a digest was made from, so that the flow itself is made only for those who keep it. */
export interface FlowSource {
  flowAt(row: number): Flow;
}

/** What the summaries need of a flow. Quantities are those of `Flow`. One digest may stand for many flows in turn. */
export class FlowDigest {
  startUs = NaN;
  endUs = NaN;
  originatorPort = 0;
  responderPort = 0;
  protocol = 0;
  originatorPackets = NaN;
  responderPackets = NaN;
  originatorIpBytes = NaN;
  responderIpBytes = NaN;
  originatorBytes = NaN;
  responderBytes = NaN;
  connState: ConnState | '' = '';
  established = false;
  icmpError: IcmpError | undefined;
  outcome: FlowOutcome = 'unanswered';
  /** Of (protocol, responder port). */
  portHash = 0;
  /** Of the five-tuple and the start. */
  flowHash = 0;
  service: ServiceDigest = NO_SERVICE;
  /** The end that is not the host's. */
  readonly peer: EndDigest = { hash: 0, networkHash: 0, isGroup: false };
  /** The responder's word where it is an IPv4 address, else −1 and its text. */
  responderQuad = -1;
  responderText = '';
  source: FlowSource | undefined;
  row = 0;

  /** The flow this is the digest of. */
  get flow(): Flow {
    if (this.source === undefined) throw new TypeError('digest: expected one of a flow');
    return this.source.flowAt(this.row);
  }
}

const NO_SERVICE: ServiceDigest = { service: '', group: 'other', isLogin: false };

/** The digest of a flow for the host at the given end. */
export function digestFlow(flow: Flow, role: Role): FlowDigest {
  const digest = new FlowDigest();
  const originatorQuad = parseQuad(flow.originator);
  const responderQuad = parseQuad(flow.responder);
  digest.startUs = flow.startUs;
  digest.endUs = flow.endUs;
  digest.originatorPort = flow.originatorPort;
  digest.responderPort = flow.responderPort;
  digest.protocol = flow.protocol;
  digest.originatorPackets = flow.originatorPackets;
  digest.responderPackets = flow.responderPackets;
  digest.originatorIpBytes = flow.originatorIpBytes;
  digest.responderIpBytes = flow.responderIpBytes;
  digest.originatorBytes = flow.originatorBytes;
  digest.responderBytes = flow.responderBytes;
  digest.connState = flow.connState;
  digest.established = flow.established;
  digest.icmpError = flow.icmpError;
  digest.outcome = flowOutcome(flow);
  digest.portHash = hashNumbers(flow.protocol, flow.responderPort);
  digest.flowHash = hashFlow(flow, originatorQuad, responderQuad);
  digest.service = digestService(flow.protocol, flow.responderPort, flow.service);
  const peerQuad = role === 'originator' ? responderQuad : originatorQuad;
  if (peerQuad >= 0) digestQuad(peerQuad, digest.peer);
  else digestHostText(role === 'originator' ? flow.responder : flow.originator, digest.peer);
  digest.responderQuad = responderQuad;
  digest.responderText = responderQuad < 0 ? flow.responder : '';
  digest.source = { flowAt: () => flow };
  return digest;
}

/** The hash of the five-tuple and the start, by the words of IPv4 addresses (−1 for what is none). */
export function hashFlow(flow: Flow, originatorQuad: number, responderQuad: number): number {
  const from = hashNumbers(hashEnd(originatorQuad, flow.originator), flow.originatorPort);
  const ends = hashNumbers(from, hashEnd(responderQuad, flow.responder));
  const portHash = hashNumbers(flow.protocol, flow.responderPort);
  return hashNumbers(hashNumbers(ends, portHash), flow.startUs);
}

const MOST_SERVICES = 4096;
const servicesSeen = new Map<string, ServiceDigest>();
const servicesByPort = new Map<string, ServiceDigest>();

/** What the flow's service is counted as. Remembered: names that payloads show are the sender's, those of ports are few. */
export function digestService(protocol: number, port: number, seen: string): ServiceDigest {
  if (seen === '') {
    const service = serviceOf(protocol, port, '');
    return servicesByPort.get(service) ?? remember(servicesByPort, service, service);
  }
  const known = servicesSeen.get(seen);
  if (known !== undefined) return known;
  if (servicesSeen.size >= MOST_SERVICES) servicesSeen.clear();
  return remember(servicesSeen, seen, serviceOf(protocol, port, seen));
}

function remember(known: Map<string, ServiceDigest>, key: string, service: string): ServiceDigest {
  const digest = { service, group: serviceGroup(service), isLogin: isLoginService(service) };
  known.set(key, digest);
  return digest;
}
