import type { TrafficSink } from '../event.ts';
import { dnsCode, dnsName, dnsType } from './dns-names.ts';
import { logAddress } from './log-address.ts';
import type { LineOutcome } from './log-reader.ts';
import { NOTHING_SHOWN } from './nothing-shown.ts';
import type { SyslogLine } from './syslog-line.ts';
import { UDP, type Conversation } from './zeek-conversation.ts';

const DNS = 53;
const DNSMASQ =
  /^(?:\d{1,10} \S{1,80} )?query\[([A-Za-z0-9*]{1,16})\] (\S{1,1024}) from (\S{1,64})$/;
const UNBOUND =
  /^(?:\[\d{1,10}:\d{1,5}\] )?(?:info|reply|query): (\S{1,64}) (\S{1,1024}) ([A-Z0-9*]{1,16}) [A-Z]{2,6}(?: ([A-Z]{2,16}) ([\d.]{1,20}) [01] (\d{1,6}))?$/;
const BIND =
  /client (?:@0x[0-9a-f]{1,16} )?(\S{1,64})#(\d{1,5}) \(.{0,1024}\): (?:view \S{1,128}: )?query: (\S{0,1024}) [A-Z]{2,6} ([A-Z0-9*]{1,16}) \S{1,32}(?: \((\S{1,64})\))?/;

/** Whether queries of that program are read. */
export function isDnsDaemon(program: string): boolean {
  return program === 'dnsmasq' || program === 'unbound' || program === 'named';
}

/**
 * Queries as DNS servers log them.
 *
 * | server   | line                                                            | ours                                  |
 * |----------|-----------------------------------------------------------------|---------------------------------------|
 * | dnsmasq  | `query[A] NAME from CLIENT` (`log-queries`, also `=extra`)      | `dns-query`                           |
 * | Unbound  | `info: CLIENT NAME. A IN` (`log-queries`)                       | `dns-query`                           |
 * |          | `… A IN NXDOMAIN 0.012 0 58` (`log-replies`): code, s, cached,  | `dns-response`; `messageBytes`        |
 * |          | bytes                                                           |                                       |
 * | BIND     | `client A#PORT (NAME): query: NAME IN A +E (SERVER)`            | `dns-query`; SERVER is the responder  |
 *
 * It never shows: answers (but Unbound's codes and sizes), connections, so there are no flows.
 */
export class DnsDaemon {
  readonly #sink: TrafficSink;
  #announced = false;

  constructor(sink: TrafficSink) {
    this.#sink = sink;
  }

  pass(line: SyslogLine): LineOutcome {
    const message = line.message.slice(0, 2048);
    const dnsmasq = DNSMASQ.exec(message);
    if (dnsmasq !== null) return this.#query(this.#at(line, dnsmasq[3]!), dnsmasq[2]!, dnsmasq[1]!);
    const bind = BIND.exec(message);
    if (bind !== null) {
      return this.#query(this.#at(line, bind[1]!, Number(bind[2]), bind[5]), bind[3]!, bind[4]!);
    }
    const unbound = UNBOUND.exec(message);
    if (unbound === null) return 'unusedLine';
    const [, client, name, type, code, , size] = unbound;
    const at = this.#at(line, client!);
    if (code === undefined) return this.#query(at, name!, type!);
    if (at === undefined) return 'unusedLine';
    this.#sink.event({
      kind: 'dns-response',
      name: dnsName(name!),
      queryType: dnsType(type!),
      responseCode: dnsCode(code),
      answers: Number.NaN,
      messageBytes: Number(size),
      addresses: [],
      minTtl: Number.NaN,
      ...at,
    });
    return 'record';
  }

  #query(at: Conversation | undefined, name: string, type: string): LineOutcome {
    if (at === undefined) return 'unusedLine';
    this.#sink.event({ kind: 'dns-query', name: dnsName(name), queryType: dnsType(type), ...at });
    return 'record';
  }

  #at(line: SyslogLine, client: string, port = 0, server?: string): Conversation | undefined {
    const originator = logAddress(client);
    if (originator === undefined || port > 0xffff) return undefined;
    if (!this.#announced) {
      this.#announced = true;
      this.#sink.visibility({ ...NOTHING_SHOWN, dns: true });
    }
    const responder = (server === undefined ? undefined : logAddress(server)) ?? line.host;
    return { timeUs: line.timeUs, originator, originatorPort: port, responder, responderPort: DNS, protocol: UDP }; // prettier-ignore
  }
}
