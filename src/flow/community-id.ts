import { createHash } from 'node:crypto';
import { isIpv4, parseAddress } from '../bytes/ip-address.ts';
import type { Flow } from './flow.ts';
import { icmpCounterpart, isIcmp } from './icmp-pairing.ts';

/** Protocols whose ports (or ICMP types) are part of the identity. */
const WITH_PORTS = new Set([1, 6, 17, 58, 132]);

type FlowIdentity = Pick<
  Flow,
  'originator' | 'responder' | 'originatorPort' | 'responderPort' | 'protocol'
>;

/** Community ID v1 with seed 0 (Corelight's specification): the same for both directions and in every tool. */
export function communityId(flow: FlowIdentity): string {
  const { protocol } = flow;
  const from = addressBytes(flow.originator);
  const to = addressBytes(flow.responder);
  const fromPort = flow.originatorPort;
  let toPort = flow.responderPort;
  let oneWay = false;
  if (isIcmp(protocol)) {
    const counterpart = icmpCounterpart(protocol, fromPort);
    oneWay = counterpart < 0;
    if (!oneWay) toPort = counterpart;
  }
  const order = compare(from, to);
  const inOrder = oneWay || order < 0 || (order === 0 && fromPort <= toPort);
  const hash = createHash('sha1').update(Uint8Array.of(0, 0)); // seed
  hash.update(inOrder ? from : to).update(inOrder ? to : from);
  hash.update(Uint8Array.of(protocol, 0));
  if (WITH_PORTS.has(protocol)) {
    const [a, b] = inOrder ? [fromPort, toPort] : [toPort, fromPort];
    hash.update(Uint8Array.of(a >>> 8, a & 255, b >>> 8, b & 255));
  }
  return `1:${hash.digest('base64')}`;
}

/** Four or sixteen bytes in network order; none for what is no address. */
function addressBytes(text: string): Uint8Array {
  const words = parseAddress(text);
  if (words === undefined) return new Uint8Array(0);
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < 4; i++) view.setUint32(4 * i, words[i]!);
  return isIpv4(words) ? bytes.subarray(12) : bytes;
}

function compare(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return a.length - b.length;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}
