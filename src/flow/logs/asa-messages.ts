import type { LoginEvent, TrafficSink } from '../event.ts';
import type { ConnState } from '../flow.ts';
import { isServicePort } from '../service.ts';
import type { FirewallPackets, Verdict } from './firewall-packets.ts';
import { logAddress } from './log-address.ts';
import type { LineOutcome } from './log-reader.ts';
import { NOTHING_SHOWN } from './nothing-shown.ts';
import { parsePort } from './parse-number.ts';
import { protocolNumber } from './protocol-number.ts';
import { sessionFlow, type SessionEnds } from './session-flow.ts';
import type { SyslogLine } from './syslog-line.ts';

/** An interface's name (which is no beginning of an IPv6 address), an address, a port. */
const END = String.raw`(?:(?=[^\s:]{0,47}[^\s:\da-fA-F.])[^\s:]{1,48}:)?([\da-fA-F.:]{2,45})(?:\/(\d{1,5}))?`;
const DENIED = new RegExp(String.raw`^Deny (tcp|udp|icmp|protocol \d{1,3}) src ${END}(?:\([^)]{0,128}\))? dst ${END}(?:\([^)]{0,128}\))?(?: \(type (\d{1,3}), code (\d{1,3})\))? by`, 'i'); // prettier-ignore
const DENIED_FROM = new RegExp(String.raw`^(?:Inbound|Deny|Deny inbound|Deny inbound \(No xlate\))? ?(TCP|UDP)(?: connection denied| access denied by ACL| \(no connection\))? from ${END} to ${END}(?:.{0,40} flags ([A-Z ]{1,30}?) on)?`, 'i'); // prettier-ignore
const LISTED = /^access-list \S{1,64} (permitted|denied) (\S{1,12}) [^\s/]{1,48}\/([\da-fA-F.:]{2,45})\((\d{1,5})\)(?:\([^)]{0,128}\))? -> [^\s/]{1,48}\/([\da-fA-F.:]{2,45})\((\d{1,5})\)/; // prettier-ignore
const BUILT = new RegExp(String.raw`^Built (inbound|outbound) (TCP|UDP) connection (\d{1,20}) for ${END}(?: \([^)]{0,64}\))?(?:\([^)]{0,128}\))? to ${END}`); // prettier-ignore
const TORN = new RegExp(String.raw`^Teardown (TCP|UDP) connection (\d{1,20}) for ${END}(?:\([^)]{0,128}\))? to ${END}(?:\([^)]{0,128}\))? duration (\d{1,5}):(\d\d):(\d\d) bytes (\d{1,17})(?: (.{0,60}))?`); // prettier-ignore
const REFUSED_LOGIN = /^Login (denied|permitted) from ([\da-fA-F.:]{2,45})\/(\d{1,5}) to [^\s:]{1,48}:([\da-fA-F.:]{2,45})\/(\w{1,10}) for user "(.{0,255}?)"/; // prettier-ignore
const REJECTED = /^AAA user authentication Rejected : .{0,200}?user = (.{0,255}?) : user IP = ([\da-fA-F.:]{2,45})/; // prettier-ignore
const VPN_REJECTED = /^Group <.{0,128}?> User <(.{0,255}?)> IP <([\da-fA-F.:]{2,45})> Authentication: (rejected|successful)/; // prettier-ignore
const LOGIN_PORTS: Readonly<Record<string, number>> = { ssh: 22, telnet: 23, https: 443, http: 80 };
/** AnyConnect and the like listen there. */
const VPN = { service: 'vpn', port: 443 };
/** So many may be open at a time; the one built first makes room. */
const MOST_OPEN = 65_536;
const TCP = 6;

interface Opened {
  readonly ends: SessionEnds;
  readonly protocol: number;
  readonly startUs: number;
}

/**
 * What Cisco's firewalls log: `%ASA-4-106023: …`, also `%FTD-` and `%PIX-`.
 *
 * | message                          | ours                                                                                 |
 * |----------------------------------|--------------------------------------------------------------------------------------|
 * | 106001, 106006, 106015, 106023,  | what was kept out, see `FirewallPackets`; 106100 also what was let through           |
 * | 106100, 710003                   |                                                                                      |
 * | 302013, 302015: built            | who began it: `inbound` the first end, `outbound` the second                         |
 * | 302014, 302016: torn down        | the flow: its duration, and for TCP how it ended                                     |
 * | `TCP FINs`                       | `SF`                                                                                 |
 * | `SYN Timeout`                    | `S0`                                                                                 |
 * | `TCP Reset-I`, `-O` (inside,     | without bytes `REJ` by the responder, `RSTOS0` by the originator; else `RSTR`,       |
 * | outside)                         | `RSTO`                                                                               |
 * | any other reason                 | unknown; with bytes it is `established`                                              |
 * | 605004, 605005                   | `login` at the firewall, refused and granted                                         |
 * | 113005, 113015, 716039           | `login`, `failure`, of a VPN                                                         |
 *
 * The bytes are of both sides together, so there are none of either. It never shows: packets, who sent how much,
 * messages, and logins at what stands behind the firewall.
 */
export class AsaMessages {
  readonly #sink: TrafficSink;
  readonly #packets: FirewallPackets;
  readonly #open = new Map<string, Opened>();
  #announced = false;

  constructor(sink: TrafficSink, packets: FirewallPackets) {
    this.#sink = sink;
    this.#packets = packets;
  }

  pass(line: SyslogLine): LineOutcome {
    const id = line.message.slice(0, 6);
    const text = line.message.slice(8, 1024);
    switch (id) {
      case '106023':
        return this.#denied(line, DENIED.exec(text));
      case '106001':
      case '106006':
      case '106007':
      case '106015':
      case '710003':
        return this.#deniedFrom(line, DENIED_FROM.exec(text));
      case '106100':
        return this.#listed(line, LISTED.exec(text));
      case '302013':
      case '302015':
        return this.#built(line, BUILT.exec(text));
      case '302014':
      case '302016':
        return this.#torn(line, TORN.exec(text));
      default:
        return this.#login(line, id, text);
    }
  }

  /** What was built and not torn down. */
  end(): void {
    for (const [key, opened] of this.#open) this.#leave(key, opened);
  }

  #denied(line: SyslogLine, match: RegExpExecArray | null): LineOutcome {
    if (match === null) return 'malformedLine';
    const [, name, source, sourcePort, destination, destinationPort, type, code] = match;
    const protocol = protocolNumber(name!.replace(/^protocol /i, ''));
    return this.#packet(line, [source!, sourcePort ?? type], [destination!, destinationPort ?? code], { protocol }); // prettier-ignore
  }

  #deniedFrom(line: SyslogLine, match: RegExpExecArray | null): LineOutcome {
    if (match === null) return 'malformedLine';
    const [, name, source, sourcePort, destination, destinationPort, flags] = match;
    const letters = flags?.replace(/(^| )([FSRPA])\w\w/g, '$2').replace(/[^FSRPA]/g, '');
    return this.#packet(line, [source!, sourcePort], [destination!, destinationPort], { protocol: protocolNumber(name!), flags: letters }); // prettier-ignore
  }

  #listed(line: SyslogLine, match: RegExpExecArray | null): LineOutcome {
    if (match === null) return 'malformedLine';
    const [, verdict, name, source, sourcePort, destination, destinationPort] = match;
    return this.#packet(line, [source!, sourcePort], [destination!, destinationPort], { protocol: protocolNumber(name!), verdict: verdict === 'denied' ? 'dropped' : 'passed' }); // prettier-ignore
  }

  #packet(
    { timeUs }: SyslogLine,
    from: readonly [string, string | undefined],
    to: readonly [string, string | undefined],
    facts: { protocol: number; flags?: string | undefined; verdict?: Verdict },
  ): LineOutcome {
    const { protocol, flags, verdict = 'dropped' } = facts;
    const [source, destination] = [logAddress(from[0]), logAddress(to[0])];
    if (source === undefined || destination === undefined || Number.isNaN(protocol)) return 'malformedLine'; // prettier-ignore
    const [sourcePort, destinationPort] = [parsePort(from[1] ?? '') ?? 0, parsePort(to[1] ?? '') ?? 0]; // prettier-ignore
    this.#packets.add({ timeUs, source, destination, sourcePort, destinationPort, protocol, ipBytes: Number.NaN, flags, verdict }); // prettier-ignore
    return 'record';
  }

  #built(line: SyslogLine, match: RegExpExecArray | null): LineOutcome {
    if (match === null) return 'malformedLine';
    const [, direction, name, id, first, firstPort, second, secondPort] = match;
    const ends = endsOf([first!, firstPort], [second!, secondPort], direction === 'outbound');
    if (ends === undefined) return 'malformedLine';
    const key = `${line.host} ${id!}`;
    if (this.#open.size >= MOST_OPEN) {
      const [oldest] = this.#open;
      this.#leave(...oldest!);
    }
    this.#open.set(key, { ends, protocol: protocolNumber(name!), startUs: line.timeUs });
    return 'record';
  }

  #torn(line: SyslogLine, match: RegExpExecArray | null): LineOutcome {
    if (match === null) return 'malformedLine';
    const [, name, id, first, firstPort, second, secondPort, hours, minutes, seconds, bytes, reason = ''] = match; // prettier-ignore
    const key = `${line.host} ${id!}`;
    const known = this.#open.get(key);
    this.#open.delete(key);
    const protocol = protocolNumber(name!);
    const [port, otherPort] = [parsePort(firstPort ?? '') ?? 0, parsePort(secondPort ?? '') ?? 0];
    const isTurned = isServicePort(protocol, port) && !isServicePort(protocol, otherPort);
    const ends = known?.ends ?? endsOf([first!, firstPort], [second!, secondPort], isTurned);
    if (ends === undefined) return 'malformedLine';
    const lastedUs = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1e6;
    const startUs = known?.startUs ?? Math.max(0, line.timeUs - lastedUs);
    // The second end is the inside one.
    const isOriginatorInside = ends.originator === logAddress(second!);
    const ending = protocol === TCP ? tcpEnding(reason, Number(bytes), isOriginatorInside) : udpEnding(Number(bytes)); // prettier-ignore
    this.#flow(ends, protocol, startUs, Math.max(line.timeUs, startUs), ending);
    return 'record';
  }

  #leave(key: string, { ends, protocol, startUs }: Opened): void {
    this.#open.delete(key);
    this.#flow(ends, protocol, startUs, startUs, { connState: '', established: false });
  }

  #flow(ends: SessionEnds, protocol: number, startUs: number, endUs: number, ending: Ending): void {
    if (!this.#announced) {
      this.#announced = true;
      this.#sink.visibility({ ...NOTHING_SHOWN, connState: true });
    }
    this.#sink.flow({ ...sessionFlow(ends, startUs, endUs), protocol, ...ending });
  }

  #login(line: SyslogLine, id: string, text: string): LineOutcome {
    if (id === '605004' || id === '605005') {
      const match = REFUSED_LOGIN.exec(text);
      if (match === null) return 'malformedLine';
      const [, verdict, source, port, server, service, user] = match;
      const name = service!.toLowerCase().slice(0, 16);
      return this.#passLogin(line, { originator: source!, originatorPort: parsePort(port!) ?? 0, responder: server!, responderPort: LOGIN_PORTS[name] ?? 0, service: name === 'https' ? 'http' : name }, verdict === 'denied' ? 'failure' : 'success', user!); // prettier-ignore
    }
    if (id !== '113005' && id !== '113015' && id !== '716039' && id !== '716038') return 'unusedLine'; // prettier-ignore
    const match = REJECTED.exec(text) ?? VPN_REJECTED.exec(text);
    if (match === null) return 'unusedLine';
    const [, user, source, outcome] = match;
    const ends = { originator: source!, originatorPort: 0, responder: line.host, responderPort: VPN.port, service: VPN.service }; // prettier-ignore
    return this.#passLogin(line, ends, outcome === 'successful' ? 'success' : 'failure', user!);
  }

  #passLogin(
    { timeUs }: SyslogLine,
    ends: SessionEnds,
    outcome: LoginEvent['outcome'],
    userName: string,
  ): LineOutcome {
    const originator = logAddress(ends.originator);
    if (originator === undefined || ends.responder === '') return 'malformedLine';
    const at = { ...ends, originator };
    // Users that are no known ones are hidden behind stars.
    const known = /^\*+$/.test(userName) ? '' : userName.slice(0, 255);
    this.#sink.flow(sessionFlow(at, timeUs, timeUs));
    this.#sink.event({ kind: 'login', timeUs, protocol: TCP, outcome, userName: known, ...at });
    return 'record';
  }
}

function endsOf(
  first: readonly [string, string | undefined],
  second: readonly [string, string | undefined],
  isTurned: boolean,
): SessionEnds | undefined {
  const [from, to] = isTurned ? [second, first] : [first, second];
  const [originator, responder] = [logAddress(from[0]), logAddress(to[0])];
  if (originator === undefined || responder === undefined) return undefined;
  return { originator, originatorPort: parsePort(from[1] ?? '') ?? 0, responder, responderPort: parsePort(to[1] ?? '') ?? 0, service: '' }; // prettier-ignore
}

interface Ending {
  readonly connState: ConnState | '';
  readonly established: boolean;
}

function tcpEnding(reason: string, bytes: number, isOriginatorInside: boolean): Ending {
  const established = bytes > 0;
  if (reason.startsWith('TCP FINs')) return { connState: 'SF', established: true };
  if (reason.startsWith('SYN Timeout')) return { connState: 'S0', established: false };
  const reset = /^TCP Reset-([IO])/.exec(reason)?.[1];
  if (reset === undefined) return { connState: established ? 'S1' : '', established };
  const isByOriginator = (reset === 'I') === isOriginatorInside;
  if (established) return { connState: isByOriginator ? 'RSTO' : 'RSTR', established };
  return { connState: isByOriginator ? 'RSTOS0' : 'REJ', established };
}

function udpEnding(bytes: number): Ending {
  return { connState: bytes > 0 ? '' : 'S0', established: false };
}
