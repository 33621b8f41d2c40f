import type { FirewallPackets, Verdict } from './firewall-packets.ts';
import { logAddress } from './log-address.ts';
import type { LineOutcome } from './log-reader.ts';
import { parseCount, parsePort } from './parse-number.ts';
import { protocolNumber } from './protocol-number.ts';
import type { SyslogLine } from './syslog-line.ts';

/** Fields are `NAME=value`, flags words of their own. */
const FIELD = /(?:^|[\s)\]])(IN|OUT|SRC|DST|LEN|PROTO|SPT|DPT|TYPE|CODE)=(\S*)/g;
const PASSED =
  /(^|[^a-z])(accept(ed)?|allow(ed)?|pass(ed)?|permit(ted)?|new|established|ok)([^a-z]|$)/i;
const REFUSED = /(^|[^a-z])(reject(ed)?|refused?)([^a-z]|$)/i;
const KEPT_OUT = /drop|block|den(y|ied)|reject|refuse|limit|invalid|bad|ban|blacklist/i;
/** Ubiquiti's routers name a rule's action by a letter: `[WAN_IN-2000-A]`. */
const UBIQUITI = /-([ARD])\]/;
/** UFW logs a packet that it looks at apart from what it does with it. */
const LOOKED_AT = /\bUFW AUDIT\b/;
const ERROR_TYPES: ReadonlySet<string> = new Set(['3', '11', '12']);

/** Whether netfilter logged a packet with this message. */
export function isNetfilter(message: string): boolean {
  return message.includes('SRC=') && message.includes('DST=') && message.includes('PROTO=');
}

/**
 * Packets as Linux logs them: `LOG` of iptables, `log` of nftables, so UFW, firewalld, Shorewall and routers too.
 *
 * | line                                | ours                                                                               |
 * |-------------------------------------|------------------------------------------------------------------------------------|
 * | what stands before `IN=`            | the verdict: words such as ACCEPT, ALLOW, NEW for what passed, REJECT for what was |
 * |                                     | refused; all else was dropped, as what is logged without a word mostly is          |
 * | `SRC`, `DST`, `SPT`, `DPT`, `PROTO` | ends; of ICMP `TYPE` and `CODE`                                                    |
 * | `LEN`                               | IP bytes                                                                           |
 * | `SYN ACK FIN RST PSH`               | whether the packet opens a connection                                              |
 *
 * See `FirewallPackets`. It never shows: what became of what passed, payload, messages; and no more than the rules log
 * (often a few lines a second at most).
 */
export function passNetfilter(
  { timeUs, message }: SyslogLine,
  packets: FirewallPackets,
): LineOutcome {
  const text = message.slice(0, 1024);
  const prefix = text.slice(0, Math.max(0, text.search(/(^|[\s)\]])(IN|SRC)=/) + 1));
  if (LOOKED_AT.test(prefix)) return 'unusedLine';
  const field = fieldsOf(text);
  const [source, destination] = [logAddress(field('SRC')), logAddress(field('DST'))];
  const protocol = protocolNumber(field('PROTO'));
  if (source === undefined || destination === undefined || Number.isNaN(protocol)) return 'malformedLine'; // prettier-ignore
  if (protocol === 1 && ERROR_TYPES.has(field('TYPE'))) return 'unusedLine';
  packets.add({
    timeUs,
    source,
    destination,
    sourcePort: parsePort(field('SPT') || field('TYPE')) ?? 0,
    destinationPort: parsePort(field('DPT') || field('CODE')) ?? 0,
    protocol,
    ipBytes: parseCount(field('LEN')),
    flags: protocol === 6 ? flagsOf(text) : undefined,
    verdict: verdictOf(prefix),
  });
  return 'record';
}

/** The first of each name. ICMP errors quote a packet in brackets, with the same names. */
function fieldsOf(text: string): (name: string) => string {
  const fields = new Map<string, string>();
  for (const [, name, value] of text.split(' [SRC=', 1)[0]!.matchAll(FIELD)) {
    if (!fields.has(name!)) fields.set(name!, value!);
  }
  return (name) => fields.get(name) ?? '';
}

function verdictOf(prefix: string): Verdict {
  const letter = UBIQUITI.exec(prefix)?.[1];
  if (letter !== undefined) return letter === 'A' ? 'passed' : letter === 'R' ? 'refused' : 'dropped'; // prettier-ignore
  if (REFUSED.test(prefix)) return 'refused';
  return PASSED.test(prefix) && !KEPT_OUT.test(prefix) ? 'passed' : 'dropped';
}

/** `RES=0x00 SYN URGP=0`; nothing where the rule logs none. */
function flagsOf(text: string): string | undefined {
  const words = /\bRES=0x[0-9a-f]{2}((?: (?:CWR|ECE|URG|ACK|PSH|RST|SYN|FIN))*)/.exec(text)?.[1];
  return words?.replace(/ (CWR|ECE|URG)/g, '').replace(/ ([APRSF])\w\w/g, '$1');
}
