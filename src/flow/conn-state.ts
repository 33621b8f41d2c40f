import type { FlowFacts } from './flow-facts.ts';
import type { ConnState } from './flow.ts';
import { isIcmp, isIcmpAnswer, isIcmpRequest } from './icmp-pairing.ts';
import { isServicePort } from './service.ts';

/** Who began a flow, and Zeek's `conn_state` and `history`, as functions of the facts. */

const TCP = 6;
const UDP = 17;

/**
 * True when A is the originator: who sent the SYN; else who did not send the SYN-ACK; else what the piece before
 * a cut said; else whoever is not on the only well-known port; else who sent the first packet.
 */
export function originatorIsA(facts: FlowFacts): boolean {
  const { protocol, letters, portA, portB } = facts;
  if (isIcmp(protocol)) return icmpOriginatorIsA(facts);
  if (protocol === TCP) {
    const syn = comesFirst(letters, 'S', 's');
    if (syn !== undefined) return syn;
    const answer = comesFirst(letters, 'h', 'H');
    if (answer !== undefined) return answer;
  }
  if (facts.inherited !== '') return facts.inherited === 'A';
  const knownA = isServicePort(protocol, portA);
  if (knownA !== isServicePort(protocol, portB)) return !knownA;
  return facts.firstByA;
}

function icmpOriginatorIsA(facts: FlowFacts): boolean {
  const { protocol, oneWay, portA, portB, packetsA, packetsB, firstByA } = facts;
  if (oneWay) return firstByA;
  // The port of an endpoint is the type it sends.
  if (isIcmpAnswer(protocol, portA)) return false;
  if (isIcmpAnswer(protocol, portB)) return true;
  const asked = (isIcmpRequest(protocol, portA) ? packetsA : packetsB) > 0;
  return asked ? isIcmpRequest(protocol, portA) : firstByA;
}

/** Whether the one letter comes before the other, `undefined` if neither does. */
function comesFirst(letters: string, one: string, other: string): boolean | undefined {
  const at = letters.indexOf(one);
  const otherAt = letters.indexOf(other);
  if (at < 0) return otherAt < 0 ? undefined : false;
  return otherAt < 0 || at < otherAt;
}

type EndpointState = 'inactive' | 'syn' | 'partial' | 'established' | 'closed' | 'reset';

/** Zeek's `conn_state` (function of the same name in base/protocols/conn/main.zeek). */
export function connStateOf(facts: FlowFacts, originatorIsA: boolean): ConnState {
  const active = originatorIsA
    ? [facts.packetsA > 0, facts.packetsB > 0]
    : [facts.packetsB > 0, facts.packetsA > 0];
  if (facts.protocol === TCP) {
    return tcpState(lettersOf(facts, originatorIsA), active, facts.payloadA + facts.payloadB);
  }
  if (facts.protocol !== UDP) return 'OTH';
  if (active[0]) return active[1] ? 'SF' : 'S0';
  return 'SHR';
}

function tcpState(letters: string, active: readonly boolean[], payload: number): ConnState {
  const shaken = letters.includes('S') && letters.includes('h');
  const originator = endpointState(letters, 'SHFRQI', active[0] === true, shaken);
  const responder = endpointState(letters, 'shfrqi', active[1] === true, shaken);
  const originatorQuiet = originator === 'inactive' || originator === 'partial';
  const responderQuiet = responder === 'inactive' || responder === 'partial';
  if (responder === 'reset') {
    if (originator === 'syn' || (originator === 'reset' && payload === 0)) return 'REJ';
    return originatorQuiet ? 'RSTRH' : 'RSTR';
  }
  if (originator === 'reset') return responderQuiet ? 'RSTOS0' : 'RSTO';
  if (originator === 'closed') {
    if (responder === 'closed') return 'SF';
    return responderQuiet ? 'SH' : 'S2';
  }
  if (responder === 'closed') return originatorQuiet ? 'SHR' : 'S3';
  if (originator === 'syn' && responder === 'inactive') return 'S0';
  return originator === 'established' && responder === 'established' ? 'S1' : 'OTH';
}

/** `names` are this side's letters for SYN, SYN-ACK, FIN, RST, SYN with either, FIN with RST. */
function endpointState(
  letters: string,
  names: string,
  active: boolean,
  shaken: boolean,
): EndpointState {
  if (!active) return 'inactive';
  if (letters.includes(names[3]!) || letters.includes(names[5]!)) return 'reset';
  if (letters.includes(names[2]!)) return 'closed';
  if (shaken) return 'established';
  for (const place of [0, 1, 4]) if (letters.includes(names[place]!)) return 'syn';
  return 'partial';
}

/** Zeek's `history`: upper case the originator; `^` in front when the first packet was not the originator's. */
export function historyOf(facts: FlowFacts, originatorIsA: boolean): string {
  if (facts.protocol !== TCP && facts.protocol !== UDP) return '';
  const flipped = facts.firstByA !== originatorIsA && facts.inherited === '';
  return (flipped ? '^' : '') + lettersOf(facts, originatorIsA);
}

function lettersOf({ letters }: FlowFacts, originatorIsA: boolean): string {
  if (originatorIsA) return letters;
  let swapped = '';
  for (const letter of letters) {
    const upper = letter.toUpperCase();
    swapped += letter === upper ? letter.toLowerCase() : upper;
  }
  return swapped;
}

/**
 * TCP: the originator answered the SYN-ACK, or both sides sent data (the handshake was before the capture or the
 * cut): it receives what is sent to its address.
 */
export function isEstablished(facts: FlowFacts, originatorIsA: boolean): boolean {
  if (facts.protocol !== TCP) return false;
  const letters = lettersOf(facts, originatorIsA);
  if (letters.includes('D') && letters.includes('d')) return true;
  return letters.includes('S') && letters.includes('h') && /[ADF]/.test(letters);
}
