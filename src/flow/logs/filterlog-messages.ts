import type { FirewallPacket, FirewallPackets, Verdict } from './firewall-packets.ts';
import { logAddress } from './log-address.ts';
import type { LineOutcome } from './log-reader.ts';
import { parseCount, parsePort } from './parse-number.ts';
import type { SyslogLine } from './syslog-line.ts';

const TCP = 6;
const UDP = 17;
const VERDICTS: Readonly<Record<string, Verdict>> = {
  block: 'dropped',
  reject: 'refused',
  pass: 'passed',
};

/** Where the cells lie: `rule,sub-rule,anchor,tracker,interface,reason,action,direction,version,…`. */
const ACTION = 6, VERSION = 8; // prettier-ignore
const IPV4 = { protocol: 15, bytes: 17, source: 18, destination: 19 };
const IPV6 = { protocol: 13, bytes: 14, source: 15, destination: 16 };

/**
 * Packets as pf's `filterlog` writes them (pfSense, OPNsense), as cells between commas.
 *
 * | cell                         | ours                                                                               |
 * |------------------------------|------------------------------------------------------------------------------------|
 * | action                       | the verdict: `block`, `reject`, `pass`                                             |
 * | protocol number, addresses   | ends                                                                               |
 * | length                       | IP bytes; of IPv6 without the header's 40                                          |
 * | ports, TCP flags (`S`, `SA`) | ends, and whether the packet opens a connection                                    |
 *
 * See `FirewallPackets`. It never shows: what became of what passed, ICMP's types, payload, messages.
 */
export function passFilterlog(
  { timeUs, message }: SyslogLine,
  packets: FirewallPackets,
): LineOutcome {
  const cells = message.slice(0, 1024).split(',');
  const isIpv6 = cells[VERSION] === '6';
  if (!isIpv6 && cells[VERSION] !== '4') return cells.length > VERSION ? 'notIp' : 'malformedLine';
  const at = isIpv6 ? IPV6 : IPV4;
  const [source, destination] = [logAddress(cells[at.source] ?? ''), logAddress(cells[at.destination] ?? '')]; // prettier-ignore
  const protocol = parseCount(cells[at.protocol] ?? '');
  if (source === undefined || destination === undefined || !(protocol <= 255)) return 'malformedLine'; // prettier-ignore
  const verdict = VERDICTS[cells[ACTION]!];
  if (verdict === undefined) return 'unusedLine';
  packets.add({
    timeUs,
    source,
    destination,
    ...portsOf(protocol, cells.slice(at.destination + 1)),
    protocol,
    ipBytes: parseCount(cells[at.bytes] ?? '') + (isIpv6 ? 40 : 0),
    verdict,
  });
  return 'record';
}

/** What stands behind the addresses: ports, length and flags. */
function portsOf(
  protocol: number,
  [from = '', to = '', , flags = '']: readonly string[],
): Pick<FirewallPacket, 'sourcePort' | 'destinationPort' | 'flags'> {
  if (protocol !== TCP && protocol !== UDP) {
    return { sourcePort: 0, destinationPort: 0, flags: undefined };
  }
  return {
    sourcePort: parsePort(from) ?? 0,
    destinationPort: parsePort(to) ?? 0,
    flags: protocol === TCP ? flags.replace(/[^FSRPA]/g, '') : undefined,
  };
}
