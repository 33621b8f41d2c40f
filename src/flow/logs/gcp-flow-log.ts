import { FirewallPackets } from './firewall-packets.ts';
import { objectOf, parseJsonLine, textOf, type JsonObject } from './json-line.ts';
import { logAddress } from './log-address.ts';
import { textLog, type LineOutcome } from './log-reader.ts';
import { NOTHING_SHOWN } from './nothing-shown.ts';
import { OneWayFlows } from './one-way-flows.ts';
import { parseCount, parsePort } from './parse-number.ts';
import { parseIsoUs } from './parse-time.ts';
import { protocolNumber } from './protocol-number.ts';

/**
 * Google Cloud's VPC flow logs and firewall rules logs, as Cloud Logging exports them (one entry a line, or a list), or
 * their `jsonPayload` alone.
 *
 * | flow log                               | ours                                                             | unit      |
 * |----------------------------------------|------------------------------------------------------------------|-----------|
 * | `connection.src_ip`, `dest_ip`,        | ends                                                             |           |
 * | `src_port`, `dest_port`, `protocol`    |                                                                  |           |
 * | `start_time`, `end_time`               | `startUs`, `endUs`                                               | ISO → µs  |
 * | `packets_sent`, `bytes_sent`           | packets and IP bytes of the source                               |           |
 * | `reporter` `DEST` beside `src_instance`| left out: the source, in the same network, has reported the same |           |
 *
 * Each direction is a record; they are joined, see `OneWayFlows`. Of firewall rules `disposition` DENIED is an attempt
 * that nothing answered, ALLOWED one of which nothing more is told (`FirewallPackets`). It never shows: how connections
 * ended, `history`, payload bytes, messages, ICMP's types. Packets are sampled before they are counted (about one in
 * thirty of a flow), so short flows may be missing; only firewall rules logs show what was kept out.
 */
export const gcpFlowLog = textLog((sink, atEnd) => {
  const flows = new OneWayFlows(sink);
  const packets = new FirewallPackets(sink);
  let announced = false;
  const announce = (): void => {
    if (!announced) sink.visibility({ ...NOTHING_SHOWN, packets: true });
    announced = true;
  };
  atEnd(() => {
    flows.end();
    packets.end();
  });
  return (line): LineOutcome => {
    if (line.trim() === '') return 'nothing';
    const record = parseJsonLine(line);
    const payload = payloadOf(record);
    if (record === undefined) return 'malformedLine';
    const connection = objectOf(payload, 'connection');
    if (payload === undefined || connection === undefined) return 'unusedLine';
    const ends = endsOf(connection);
    if (ends === undefined) return 'malformedLine';
    const disposition = textOf(payload, 'disposition');
    if (disposition !== '') return passRule(record, disposition, ends, packets);
    announce();
    return passFlow(payload, ends, flows);
  };
});

/** Whether a line is one of these. */
export function isGcpFlowLog(line: string): boolean {
  const payload = payloadOf(parseJsonLine(line));
  const connection = objectOf(payload, 'connection');
  const isKnown = textOf(payload, 'reporter') !== '' || textOf(payload, 'disposition') !== '';
  return isKnown && connection !== undefined && endsOf(connection) !== undefined;
}

function payloadOf(record: JsonObject | undefined): JsonObject | undefined {
  return objectOf(record, 'jsonPayload') ?? record;
}

interface Ends {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly protocol: number;
}

function endsOf(connection: JsonObject): Ends | undefined {
  const [source, destination] = [logAddress(textOf(connection, 'src_ip')), logAddress(textOf(connection, 'dest_ip'))]; // prettier-ignore
  const protocol = protocolNumber(textOf(connection, 'protocol'));
  if (source === undefined || destination === undefined || Number.isNaN(protocol)) return undefined;
  const sourcePort = parsePort(textOf(connection, 'src_port')) ?? 0;
  const destinationPort = parsePort(textOf(connection, 'dest_port')) ?? 0;
  return { source, destination, sourcePort, destinationPort, protocol };
}

function passFlow(payload: JsonObject, ends: Ends, flows: OneWayFlows): LineOutcome {
  const startUs = parseIsoUs(textOf(payload, 'start_time'));
  const endUs = parseIsoUs(textOf(payload, 'end_time'));
  if (!(startUs >= 0)) return 'malformedLine';
  const isTwice = textOf(payload, 'reporter').startsWith('DEST') && objectOf(payload, 'src_instance') !== undefined; // prettier-ignore
  if (isTwice) return 'unusedLine';
  flows.add({
    startUs,
    endUs: endUs > startUs ? endUs : startUs,
    ...ends,
    packets: parseCount(textOf(payload, 'packets_sent')),
    ipBytes: parseCount(textOf(payload, 'bytes_sent')),
    flags: undefined,
  });
  return 'record';
}

function passRule(
  record: JsonObject,
  disposition: string,
  ends: Ends,
  packets: FirewallPackets,
): LineOutcome {
  const timeUs = parseIsoUs(textOf(record, 'timestamp') || textOf(record, 'receiveTimestamp'));
  if (!(timeUs >= 0)) return 'malformedLine';
  const verdict = disposition === 'DENIED' ? 'dropped' : 'passed';
  packets.add({ timeUs, ...ends, ipBytes: Number.NaN, flags: undefined, verdict });
  return 'record';
}
