import type { Packet } from '../../capture/packet.ts';
import {
  BER_INTEGER,
  BER_OCTET_STRING,
  BER_SEQUENCE,
  berInteger,
  readBer,
  type BerElement,
} from './ber.ts';
import { latin1Text } from './byte-fields.ts';
import { conversation, type MessageSink } from './conversation.ts';
import type { SnmpEvent } from '../event.ts';

/** SNMP (RFC 1157 §4, RFC 3416 §3, RFC 3412 §6): what is asked, and whether the community is a factory's. */

const OPERATIONS = ['GET', 'GETNEXT', 'RESPONSE', 'SET', 'TRAP', 'GETBULK', 'INFORM', 'TRAP', 'REPORT'] as const; // prettier-ignore
const FROM_AGENT: ReadonlySet<string> = new Set(['RESPONSE', 'REPORT']);
const FIRST_PDU = 0xa0;

/** Reads a message; `false` if it is none. */
export function readSnmp(packet: Packet, sink: MessageSink): boolean {
  const { data, payloadOffset, payloadCaptured } = packet;
  const message = readBer(data, payloadOffset, payloadOffset + payloadCaptured);
  if (message?.tag !== BER_SEQUENCE) return false;
  const number = readBer(data, message.start, message.end);
  const version = berInteger(data, number);
  if (number?.tag !== BER_INTEGER || !(version === 0 || version === 1 || version === 3))
    return false;
  const second = readBer(data, number.next, message.end);
  if (second === undefined) return false;
  return version === 3
    ? readVersion3(packet, message, second, sink)
    : readCommunity(packet, message, second, version + 1, sink);
}

function readCommunity(
  packet: Packet,
  message: BerElement,
  second: BerElement,
  version: number,
  sink: MessageSink,
): boolean {
  const { data } = packet;
  if (second.tag !== BER_OCTET_STRING) return false;
  const operation = operationOf(readBer(data, second.next, message.end));
  if (operation === '') return false;
  const text = latin1Text(data, second.start, Math.min(second.end, second.start + 16));
  const community = text === 'public' || text === 'private' ? 'default' : 'other';
  report(packet, sink, { version, operation, community });
  return true;
}

/** Global data, security parameters, then the PDU in its scope, or encrypted. */
function readVersion3(
  packet: Packet,
  message: BerElement,
  global: BerElement,
  sink: MessageSink,
): boolean {
  const { data } = packet;
  if (global.tag !== BER_SEQUENCE) return false;
  const security = readBer(data, global.next, message.end);
  if (security?.tag !== BER_OCTET_STRING) return false;
  const scope = readBer(data, security.next, message.end);
  if (scope === undefined) return false;
  let operation = '';
  if (scope.tag === BER_SEQUENCE) {
    const engine = readBer(data, scope.start, scope.end);
    const context = engine && readBer(data, engine.next, scope.end);
    operation = operationOf(context && readBer(data, context.next, scope.end));
  }
  report(packet, sink, { version: 3, operation, community: 'none' });
  return true;
}

function operationOf(pdu: BerElement | undefined): string {
  return pdu === undefined ? '' : (OPERATIONS[pdu.tag - FIRST_PDU] ?? '');
}

function report(
  packet: Packet,
  sink: MessageSink,
  { version, operation, community }: Pick<SnmpEvent, 'version' | 'operation' | 'community'>,
): void {
  const hidden = operation === '' && (packet.sourcePort === 161 || packet.sourcePort === 162);
  const fromClient = !FROM_AGENT.has(operation) && !hidden;
  sink.event({ kind: 'snmp', ...conversation(packet, fromClient), version, operation, community });
}
