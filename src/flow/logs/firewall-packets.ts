import type { TrafficSink } from '../event.ts';
import type { ConnState } from '../flow.ts';
import { isServicePort } from '../service.ts';
import { NOTHING_SHOWN } from './nothing-shown.ts';

/** What a firewall did with a packet. */
export type Verdict = 'dropped' | 'refused' | 'passed';

/** A packet that a firewall logged. */
export interface FirewallPacket {
  readonly timeUs: number;
  readonly source: string;
  readonly destination: string;
  /** ICMP: type and code. */
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly protocol: number;
  /** Bytes of the IP packet; `NaN` where the line does not say. */
  readonly ipBytes: number;
  /** TCP flags as letters of `FSRPA`; `undefined` where the line does not say. */
  readonly flags: string | undefined;
  readonly verdict: Verdict;
}

interface Attempt {
  readonly packet: FirewallPacket;
  endUs: number;
  packets: number;
  ipBytes: number;
}

/** A sender tries again within this time: TCP's retransmissions of a SYN lie up to 32 s apart (RFC 6298). */
const SAME_ATTEMPT_US = 60_000_000;
/** So many are held; the one that came first makes room. */
const MOST_HELD = 65_536;
const TCP = 6;
const UDP = 17;

/**
 * Makes flows of the packets that a firewall's log has of them. What was kept out is an attempt that nothing answered
 * (`S0`) or that was refused (`REJ`), with its packets and bytes where the line tells bytes; a retransmission is the same
 * attempt. What was let through is logged with its first packet alone: who opened what, and no more. A packet of TCP that
 * opens nothing belongs to the side that a service listens on (`OTH`): what comes late of connections that the firewall
 * has forgotten.
 */
export class FirewallPackets {
  readonly #sink: TrafficSink;
  /** By ends; in the order of arrival. */
  readonly #held = new Map<string, Attempt>();
  readonly #announced = new Set<boolean>();

  constructor(sink: TrafficSink) {
    this.#sink = sink;
  }

  add(packet: FirewallPacket): void {
    this.#announce(packet);
    const { timeUs, source, sourcePort, destination, destinationPort, protocol, verdict } = packet;
    const key = `${protocol} ${verdict} ${source} ${sourcePort} ${destination} ${destinationPort}`;
    const known = this.#held.get(key);
    if (known !== undefined && Math.abs(timeUs - known.endUs) <= SAME_ATTEMPT_US) {
      known.packets++;
      known.ipBytes += packet.ipBytes;
      known.endUs = Math.max(known.endUs, timeUs);
      return;
    }
    if (known !== undefined) this.#pass(key, known);
    this.#held.set(key, { packet, endUs: timeUs, packets: 1, ipBytes: packet.ipBytes });
    this.#makeRoom(timeUs);
  }

  end(): void {
    for (const [key, attempt] of this.#held) this.#pass(key, attempt);
  }

  /** Of what passed it shows the ends alone; of nothing how it ended. */
  #announce({ verdict, ipBytes }: FirewallPacket): void {
    const packets = verdict !== 'passed' && !Number.isNaN(ipBytes);
    if (this.#announced.has(packets)) return;
    this.#announced.add(packets);
    this.#sink.visibility({ ...NOTHING_SHOWN, packets });
  }

  #makeRoom(nowUs: number): void {
    for (const [key, attempt] of this.#held) {
      const isOver = attempt.endUs < nowUs - SAME_ATTEMPT_US;
      if (!isOver && this.#held.size <= MOST_HELD) return;
      this.#pass(key, attempt);
    }
  }

  #pass(key: string, { packet, endUs, packets, ipBytes }: Attempt): void {
    this.#held.delete(key);
    const { protocol, verdict } = packet;
    const isOut = verdict !== 'passed';
    const isTurned = isAnswer(packet);
    // Packets whose bytes are not told would count as empty ones.
    const isCounted = isOut && !Number.isNaN(ipBytes);
    const logged = isCounted ? [packets, ipBytes] : [Number.NaN, Number.NaN];
    // Of the other side nothing was logged: it sent nothing, unless it refused, or has spoken before.
    const other = verdict === 'dropped' && !isLate(packet) ? 0 : Number.NaN;
    const [sent, back] = isTurned ? [[other, other], logged] : [logged, [other, other]];
    this.#sink.flow({
      startUs: Math.min(packet.timeUs, endUs),
      endUs,
      originator: isTurned ? packet.destination : packet.source,
      responder: isTurned ? packet.source : packet.destination,
      originatorPort: isTurned ? packet.destinationPort : packet.sourcePort,
      responderPort: isTurned ? packet.sourcePort : packet.destinationPort,
      protocol,
      service: '',
      originatorPackets: sent[0]!,
      responderPackets: back[0]!,
      originatorIpBytes: sent[1]!,
      responderIpBytes: back[1]!,
      originatorBytes: Number.NaN,
      responderBytes: Number.NaN,
      connState: stateOf(packet),
      history: '',
      established: false,
    });
  }
}

function stateOf({ protocol, verdict, flags }: FirewallPacket): ConnState | '' {
  if (verdict === 'passed') return '';
  if (protocol === TCP) {
    if (flags !== undefined && !isOpening(flags)) return 'OTH';
    return verdict === 'refused' ? 'REJ' : 'S0';
  }
  return protocol === UDP ? 'S0' : 'OTH';
}

function isOpening(flags: string): boolean {
  return flags.includes('S') && !flags.includes('A');
}

/** Neither SYN nor RST: of a connection that was there. */
function isLate({ protocol, flags }: FirewallPacket): boolean {
  return protocol === TCP && flags !== undefined && !/[SR]/.test(flags);
}

/** From a service's port to one that is none, and no SYN. */
function isAnswer({ protocol, sourcePort, destinationPort, flags }: FirewallPacket): boolean {
  if (protocol !== TCP && protocol !== UDP) return false;
  if (protocol === TCP && (flags === undefined || isOpening(flags))) return false;
  return isServicePort(protocol, sourcePort) && !isServicePort(protocol, destinationPort);
}
