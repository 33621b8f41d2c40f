import { addressScope, formatAddress } from '../../bytes/ip-address.ts';
import type { MessageSink } from './conversation.ts';
import { DNS_HEADER, DnsMessage } from './dns-message.ts';
import type { Message } from './message.ts';

/**
 * DNS (RFC 1035), multicast DNS (RFC 6762) and LLMNR (RFC 4795), over UDP and, behind their lengths, over TCP; look-ups
 * only: NOTIFY, UPDATE and other operations are recognised and give no event.
 */

const MAX_QUESTIONS = 64;
/** Multicast DNS asks several things at once. */
const MAX_REPORTED = 32;

const cursor = new DnsMessage();

/** One message in the packet, `end` where it ought to end. */
interface Look {
  readonly start: number;
  readonly end: number;
  /** Bytes as claimed. */
  readonly bytes: number;
}

/** Reads a datagram; `false` if it is no DNS. */
export function readDnsDatagram(message: Message, sink: MessageSink): boolean {
  const { start, end, claimed } = message;
  return readOne(message, { start, end, bytes: claimed }, sink);
}

/** Reads the messages of a TCP connection (RFC 7766 §8), several to a segment or one in many. */
export function readDnsStream(message: Message, sink: MessageSink): boolean {
  const { data } = message;
  let found = message.stage > 0;
  while (message.length > 0) {
    if (message.length < 2 + DNS_HEADER) {
      if (message.mayGrow) return wait(message, 2 + DNS_HEADER, found);
      message.countCut('dns', sink);
      return found;
    }
    const { start, end } = message;
    const bytes = (data[start]! << 8) | data[start + 1]!;
    if (bytes < DNS_HEADER || !isPlausible(data, start + 2, 1)) {
      sink.skipped('malformed:dns', 1);
      return found;
    }
    if (end - start < 2 + bytes && message.mayGrow) return wait(message, 2 + bytes, true);
    const look = { start: start + 2, end: Math.min(end, start + 2 + bytes), bytes };
    if (!readOne(message, look, sink)) return found;
    found = true;
    message.start = Math.min(end, start + 2 + bytes);
  }
  return found;
}

function wait(message: Message, bytes: number, found: boolean): boolean {
  message.stage = found ? 1 : 0;
  message.waitFor(bytes, readDnsStream);
  return found;
}

/**
 * Whether a datagram on any port is a look-up or its answer and nothing else: one question of the Internet's class,
 * and records to the last byte.
 */
export function isDns(message: Message): boolean {
  const { data, start } = message;
  if (data[start + 5] !== 1 || data[start + 4] !== 0 || message.length < DNS_HEADER + 5)
    return false;
  if ((data[start + 2]! & 0x78) !== 0 || (data[start + 3]! & 0x40) !== 0) return false;
  if (!message.isWhole) return false;
  const dns = cursor.begin(data, start, message.end);
  const records = dns.u16(6) + dns.u16(8) + dns.u16(10);
  const isResponse = (data[start + 2]! & 0x80) !== 0;
  if (!isResponse && records > 2) return false;
  if (dns.name() === '' && !isResponse && records === 0) return false;
  const type = dns.next16();
  if (dns.next16() !== 1 || type === 0) return false;
  dns.skipRecords(records);
  return dns.isAtEnd();
}

/** Opcodes that exist, no more questions than anybody asks. */
function isPlausible(data: Uint8Array, at: number, maxQuestions: number): boolean {
  const opcode = (data[at + 2]! >>> 3) & 15;
  const questions = (data[at + 4]! << 8) | data[at + 5]!;
  return opcode <= 6 && questions <= maxQuestions;
}

function readOne(message: Message, { start, end, bytes }: Look, sink: MessageSink): boolean {
  const isComplete = end - start >= bytes;
  if (end - start < DNS_HEADER) return isComplete ? malformed(sink) : cut(message, sink);
  if (!isPlausible(message.data, start, MAX_QUESTIONS)) return malformed(sink);
  const dns = cursor.begin(message.data, start, end);
  const flags = dns.u16(2);
  if (((flags >>> 11) & 15) !== 0) return true;
  const isResponse = (flags & 0x8000) !== 0;
  const isRead = isResponse
    ? reportResponse(message, dns, { bytes, isComplete }, sink)
    : reportQueries(message, dns, sink);
  if (isRead) return true;
  return isComplete ? malformed(sink) : cut(message, sink);
}

function reportQueries(message: Message, dns: DnsMessage, sink: MessageSink): boolean {
  const questions = dns.u16(4);
  for (let i = 0; i < questions && i < MAX_REPORTED; i++) {
    const name = dns.name();
    const queryType = dns.next16();
    dns.next16();
    if (dns.isBroken()) return i > 0;
    const { ends } = message;
    // Field by field: a spread costs eight times as much, and these are most events there are.
    sink.event({
      kind: 'dns-query',
      timeUs: ends.timeUs,
      originator: formatAddress(ends.source),
      originatorPort: ends.sourcePort,
      responder: formatAddress(ends.destination),
      responderPort: ends.destinationPort,
      protocol: ends.protocol,
      name,
      queryType,
    });
  }
  return true;
}

function reportResponse(
  message: Message,
  dns: DnsMessage,
  { bytes, isComplete }: { bytes: number; isComplete: boolean },
  sink: MessageSink,
): boolean {
  const questions = dns.u16(4);
  let name = '';
  let queryType = NaN;
  for (let i = 0; i < questions && !dns.isBroken(); i++) {
    const asked = dns.name();
    const type = dns.next16();
    dns.next16();
    if (i === 0) [name, queryType] = [asked, type];
  }
  if (dns.isBroken()) return false;
  const answers = dns.u16(6);
  const seen = dns.answers(answers);
  if (dns.isBroken() && isComplete) return false;
  if (dns.isBroken()) message.countCut('dns', sink);
  // Multicast DNS announces unasked to everybody: there is no client to name.
  if (addressScope(message.ends.destination) === 'multicast') return true;
  const lowerCode = dns.u16(2) & 15;
  const { ends } = message;
  sink.event({
    kind: 'dns-response',
    timeUs: ends.timeUs,
    originator: formatAddress(ends.destination),
    originatorPort: ends.destinationPort,
    responder: formatAddress(ends.source),
    responderPort: ends.sourcePort,
    protocol: ends.protocol,
    name: questions === 0 ? seen.firstName : name,
    queryType: questions === 0 ? seen.firstType : queryType,
    responseCode: lowerCode | (dns.extendedCode(dns.u16(8), dns.u16(10)) << 4),
    answers,
    messageBytes: bytes,
    addresses: seen.addresses,
    minTtl: seen.minTtl,
  });
  return true;
}

function malformed(sink: MessageSink): false {
  sink.skipped('malformed:dns', 1);
  return false;
}

/** Cut off by the snap length or a stream's end before anything could be told. */
function cut(message: Message, sink: MessageSink): true {
  message.countCut('dns', sink);
  return true;
}
