import { formatAddress } from '../../bytes/ip-address.ts';
import type { TrafficSink } from '../event.ts';
import { argusEnding } from './argus-state.ts';
import { SLOT } from './netflow-elements.ts';
import { NetflowRecord, NetflowTemplate } from './netflow-template.ts';
import { flagLetters, OneWayFlows, type OneWayFlow } from './one-way-flows.ts';

const V5_HEADER = 24, V5_RECORD = 48, V9_HEADER = 20, IPFIX_HEADER = 16; // prettier-ignore
/** So many templates and exporters are remembered; the one heard of first makes room. */
const MOST_TEMPLATES = 4096;
const MOST_EXPORTERS = 1024;
/** Seconds from NTP's era (1900) to the Unix epoch. */
const NTP_TO_UNIX = 2_208_988_800;
const TCP = 6;

/** Where a message's clock stands: what its records' times are counted from. */
interface Clock {
  /** Unix time of the message, ms. */
  readonly exportMs: number;
  /** Uptime of the exporter then, ms; `NaN` in IPFIX. */
  readonly uptimeMs: number;
}

/**
 * Messages of NetFlow 5, NetFlow 9 (RFC 3954) and IPFIX (RFC 7011) → flows. Templates are kept for each exporter and
 * observation domain; data whose template has not come is counted under `netflowWithoutTemplate`. Records of one
 * direction are joined (`OneWayFlows`); IPFIX biflows (RFC 5103) and Cisco's initiator/responder counts need no
 * joining. Packets and bytes of a sampled export are multiplied by the sampling interval that the header (NetFlow 5), the
 * record or the exporter's options say.
 *
 * | record                                                        | ours                                          |
 * |---------------------------------------------------------------|-----------------------------------------------|
 * | `flowStart…`, `flowEnd…` in s, ms, NTP or ms of uptime        | `startUs`, `endUs`                            |
 * | `octetDeltaCount`, `packetDeltaCount` (or totals)             | IP bytes and packets of the source            |
 * | `tcpControlBits`                                              | `connState`, see `argusEnding`                |
 * | `icmpTypeCode…`, else the destination port                    | ports of ICMP                                 |
 *
 * It never shows: `history`, payload bytes, the service, messages.
 */
export class NetflowDecoder {
  readonly #sink: TrafficSink;
  readonly #flows: OneWayFlows;
  readonly #templates = new Map<string, NetflowTemplate>();
  /** What options said of a domain. */
  readonly #exporters = new Map<string, { interval: number; initMs: number }>();
  readonly #record = new NetflowRecord();
  /** Records that gave a flow, or half of one. */
  records = 0;
  readonly skips = new Map<string, number>();

  constructor(sink: TrafficSink) {
    this.#sink = sink;
    this.#flows = new OneWayFlows(sink);
  }

  /**
   * Reads whole messages that follow each other from `start`; gives the offset behind the last that is whole, −1 where
   * none can begin. `isAll`: nothing comes behind `end`.
   */
  read(bytes: Uint8Array, start: number, end: number, exporter: string, isAll = true): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = start;
    while (at + 2 <= end) {
      const length = messageLength(view, at, end, isAll);
      if (length <= 0) return length < 0 ? -1 : at;
      this.#message(view, at, at + length, exporter);
      at += length;
    }
    return at;
  }

  /** Passes on the records whose other direction never came. */
  end(): void {
    this.#flows.end();
  }

  skip(reason: string): void {
    this.skips.set(reason, (this.skips.get(reason) ?? 0) + 1);
  }

  #message(view: DataView, at: number, end: number, exporter: string): void {
    switch (view.getUint16(at)) {
      case 5:
        this.#version5(view, at, end);
        break;
      case 9: {
        const clock = { exportMs: view.getUint32(at + 8) * 1000, uptimeMs: view.getUint32(at + 4) };
        this.#sets(view, at + V9_HEADER, end, `${exporter}/9/${view.getUint32(at + 16)}`, clock);
        break;
      }
      default: {
        const clock = { exportMs: view.getUint32(at + 4) * 1000, uptimeMs: Number.NaN };
        this.#sets(view, at + IPFIX_HEADER, end, `${exporter}/10/${view.getUint32(at + 12)}`, clock); // prettier-ignore
      }
    }
  }

  #version5(view: DataView, at: number, end: number): void {
    const bootMs = view.getUint32(at + 8) * 1000 + view.getUint32(at + 12) / 1e6 - view.getUint32(at + 4); // prettier-ignore
    const interval = Math.max(1, view.getUint16(at + 22) & 0x3fff);
    for (let record = at + V5_HEADER; record + V5_RECORD <= end; record += V5_RECORD) {
      const protocol = view.getUint8(record + 38);
      const icmp = view.getUint16(record + 34);
      const isIcmp = protocol === 1;
      const startUs = Math.round((bootMs + view.getUint32(record + 24)) * 1000);
      this.#oneWay({
        startUs,
        endUs: Math.max(startUs, Math.round((bootMs + view.getUint32(record + 28)) * 1000)),
        source: ipv4Text(view.getUint32(record)),
        destination: ipv4Text(view.getUint32(record + 4)),
        sourcePort: isIcmp ? icmp >> 8 : view.getUint16(record + 32),
        destinationPort: isIcmp ? icmp & 255 : icmp,
        protocol,
        packets: view.getUint32(record + 16) * interval,
        ipBytes: view.getUint32(record + 20) * interval,
        flags: protocol === TCP ? flagLetters(view.getUint8(record + 37)) : undefined,
      });
    }
  }

  /** FlowSets of NetFlow 9, Sets of IPFIX: templates, options templates, data. */
  #sets(view: DataView, from: number, end: number, domain: string, clock: Clock): void {
    let at = from;
    while (at + 4 <= end) {
      const id = view.getUint16(at);
      const length = view.getUint16(at + 2);
      if (length < 4 || at + length > end) {
        this.skip('malformedNetflow');
        return;
      }
      const isIpfix = Number.isNaN(clock.uptimeMs);
      if (id === 0 || id === 2) this.#readTemplates(view, at + 4, at + length, domain, isIpfix);
      else if (id === 1 || id === 3) this.#readOptions(view, at + 4, at + length, domain, isIpfix);
      else if (id >= 256) this.#data(view, [at + 4, at + length], domain, id, clock);
      at += length;
    }
  }

  #readTemplates(
    view: DataView,
    from: number,
    end: number,
    domain: string,
    isIpfix: boolean,
  ): void {
    let at = from;
    while (at + 4 <= end) {
      const id = view.getUint16(at);
      const count = view.getUint16(at + 2);
      const read = NetflowTemplate.read(view, at + 4, end, { count, isOptions: false, isIpfix });
      if (id < 256 || read === undefined) return;
      this.#keepTemplate(`${domain}/${id}`, read.template);
      at = read.next;
    }
  }

  /** NetFlow 9 counts the bytes of scope and option fields (RFC 3954 §6.1), IPFIX the fields (RFC 7011 §3.4.2.2). */
  #readOptions(view: DataView, from: number, end: number, domain: string, isIpfix: boolean): void {
    let at = from;
    while (at + 6 <= end) {
      const id = view.getUint16(at);
      const count = isIpfix
        ? view.getUint16(at + 2)
        : (view.getUint16(at + 2) + view.getUint16(at + 4)) >> 2;
      const read = NetflowTemplate.read(view, at + 6, end, { count, isOptions: true, isIpfix });
      if (id < 256 || read === undefined) return;
      this.#keepTemplate(`${domain}/${id}`, read.template);
      at = read.next;
    }
  }

  #keepTemplate(key: string, template: NetflowTemplate): void {
    if (this.#templates.size >= MOST_TEMPLATES && !this.#templates.has(key)) {
      this.#templates.delete(this.#templates.keys().next().value!);
    }
    this.#templates.set(key, template);
  }

  #data(
    view: DataView,
    [from, end]: readonly [number, number],
    domain: string,
    id: number,
    clock: Clock,
  ): void {
    const template = this.#templates.get(`${domain}/${id}`);
    if (template === undefined) {
      this.skip('netflowWithoutTemplate');
      return;
    }
    for (let at = from; ;) {
      at = template.record(view, at, end, this.#record);
      if (at < 0) return;
      if (template.isOptions) this.#options(domain);
      else this.#pass(domain, clock);
    }
  }

  #options(domain: string): void {
    const { values } = this.#record;
    const interval = samplingOf(values);
    const initMs = values[SLOT.initMs]!;
    const known = this.#exporters.get(domain);
    if (known === undefined && this.#exporters.size >= MOST_EXPORTERS) {
      this.#exporters.delete(this.#exporters.keys().next().value!);
    }
    this.#exporters.set(domain, {
      interval: interval >= 1 ? interval : (known?.interval ?? 1),
      initMs: initMs >= 0 ? initMs : (known?.initMs ?? Number.NaN),
    });
  }

  #pass(domain: string, clock: Clock): void {
    const { values, source, destination } = this.#record;
    if (Number.isNaN(values[SLOT.packets]!) && Number.isNaN(values[SLOT.octets]!)) {
      // Egress accounting (OUT_BYTES, OUT_PKTS alone): the one direction, counted on its way out.
      values[SLOT.packets] = values[SLOT.backPackets]!;
      values[SLOT.octets] = values[SLOT.backOctets]!;
      values[SLOT.backPackets] = values[SLOT.backOctets] = Number.NaN;
    }
    const exporter = this.#exporters.get(domain);
    if (Number.isNaN(values[SLOT.initMs]!)) values[SLOT.initMs] = exporter?.initMs ?? Number.NaN;
    const protocol = values[SLOT.protocol]!;
    const startUs = this.#timeUs(SLOT.startUptimeMs, clock);
    if (source === '' || destination === '' || Number.isNaN(protocol)) {
      this.skip('netflowWithoutAddresses');
      return;
    }
    if (!(startUs >= 0)) {
      this.skip('netflowWithoutTime');
      return;
    }
    const own = samplingOf(values);
    const interval = own > 1 ? own : (exporter?.interval ?? 1);
    const [sourcePort, destinationPort] = portsOf(values);
    const flags = values[SLOT.flags]!;
    const endUs = this.#timeUs(SLOT.endUptimeMs, clock);
    const flow: OneWayFlow = {
      startUs,
      endUs: endUs > startUs ? endUs : startUs,
      source,
      destination,
      sourcePort,
      destinationPort,
      protocol: protocol & 255,
      packets: countOf(values[SLOT.packets]! * interval),
      ipBytes: countOf(values[SLOT.octets]! * interval),
      flags: protocol === TCP && !Number.isNaN(flags) ? flagLetters(flags & 255) : undefined,
    };
    if (values[SLOT.backPackets]! >= 0 || values[SLOT.backOctets]! >= 0) {
      this.#bothWays(flow, interval);
    } else this.#oneWay(flow);
  }

  #oneWay(flow: OneWayFlow): void {
    this.records++;
    this.#flows.add(flow);
  }

  #bothWays(flow: OneWayFlow, interval: number): void {
    const { values } = this.#record;
    const packets = countOf(values[SLOT.backPackets]! * interval);
    const back = values[SLOT.backFlags]!;
    const state =
      flow.flags === undefined || Number.isNaN(back)
        ? ''
        : `${flow.flags}_${flagLetters(back & 255)}`;
    const answered = packets > 0 || values[SLOT.backOctets]! > 0;
    const { connState, established } = argusEnding(state, flow.protocol, answered);
    this.records++;
    this.#sink.flow({
      startUs: flow.startUs,
      endUs: flow.endUs,
      originator: flow.source,
      responder: flow.destination,
      originatorPort: flow.sourcePort,
      responderPort: flow.destinationPort,
      protocol: flow.protocol,
      service: '',
      originatorPackets: flow.packets,
      responderPackets: packets,
      originatorIpBytes: flow.ipBytes,
      responderIpBytes: countOf(values[SLOT.backOctets]! * interval),
      originatorBytes: Number.NaN,
      responderBytes: Number.NaN,
      connState,
      history: '',
      established,
    });
  }

  /** The start or (the slots behind them) the end, in whichever form the record has it. */
  #timeUs(slot: typeof SLOT.startUptimeMs | typeof SLOT.endUptimeMs, clock: Clock): number {
    const { values } = this.#record;
    const value = (form: number): number => values[form + slot - SLOT.startUptimeMs]!;
    const ms = value(SLOT.startMs);
    if (ms >= 0) return wholeUs(ms * 1000);
    const ntp = value(SLOT.startNtp);
    if (ntp >= 0) return wholeUs((ntp / 2 ** 32 - NTP_TO_UNIX) * 1e6);
    const seconds = value(SLOT.startSeconds);
    if (seconds >= 0) return wholeUs(seconds * 1e6);
    const deltaUs = value(SLOT.startDeltaUs);
    if (deltaUs >= 0) return wholeUs(clock.exportMs * 1000 - deltaUs);
    const uptimeMs = value(SLOT.startUptimeMs);
    const init = values[SLOT.initMs]!;
    const bootMs = init >= 0 ? init : clock.exportMs - clock.uptimeMs;
    if (uptimeMs >= 0 && !Number.isNaN(bootMs)) return wholeUs((bootMs + uptimeMs) * 1000);
    // The end, from a duration; or the message's own time where the record has none.
    const durationMs = values[SLOT.durationMs]!;
    if (slot === SLOT.startUptimeMs) return wholeUs(clock.exportMs * 1000);
    return durationMs >= 0
      ? this.#timeUs(SLOT.startUptimeMs, clock) + durationMs * 1000
      : Number.NaN;
  }
}

/** `samplingPacketInterval` packets are taken of it and `samplingPacketSpace` (RFC 5477 §8.2). */
function samplingOf(values: Float64Array): number {
  const [interval, space] = [values[SLOT.sampling]!, values[SLOT.samplingSpace]!];
  return space > 0 && interval > 0 ? Math.round((interval + space) / interval) : interval;
}

/**
 * Bytes of the message at `at`: 0 if it is not whole, −1 if none can begin there. A NetFlow 9 header counts records,
 * not bytes: its FlowSets are followed until something comes that can be no FlowSet.
 */
function messageLength(view: DataView, at: number, end: number, isAll: boolean): number {
  const version = view.getUint16(at);
  if (version === 5) {
    if (at + 4 > end) return 0;
    const count = view.getUint16(at + 2);
    if (count < 1 || count > 1000) return -1;
    return whole(V5_HEADER + count * V5_RECORD, at, end);
  }
  if (version === 10) {
    if (at + 4 > end) return 0;
    const length = view.getUint16(at + 2);
    return length < IPFIX_HEADER ? -1 : whole(length, at, end);
  }
  if (version !== 9) return -1;
  if (at + V9_HEADER > end) return 0;
  let next = at + V9_HEADER;
  while (next + 4 <= end) {
    const id = view.getUint16(next);
    const length = view.getUint16(next + 2);
    if ((id > 3 && id < 256) || length < 4) return next - at;
    if (next + length > end) return 0;
    next += length;
  }
  return isAll ? next - at : 0;
}

function whole(length: number, at: number, end: number): number {
  return at + length <= end ? length : 0;
}

function ipv4Text(word: number): string {
  return formatAddress(Uint32Array.of(0, 0, 0xffff, word));
}

/** Ports; for ICMP type and code, in fields of their own or packed into one, which may be the destination port. */
function portsOf(values: Float64Array): readonly [number, number] {
  const protocol = values[SLOT.protocol]!;
  const destinationPort = portOf(values[SLOT.destinationPort]!);
  if (protocol !== 1 && protocol !== 58) return [portOf(values[SLOT.sourcePort]!), destinationPort];
  const packed = Number.isNaN(values[SLOT.icmp]!) ? destinationPort : portOf(values[SLOT.icmp]!);
  const type = values[SLOT.icmpType]!;
  const code = values[SLOT.icmpCode]!;
  return [type >= 0 ? type & 255 : packed >> 8, code >= 0 ? code & 255 : packed & 255];
}

function portOf(value: number): number {
  return value >= 0 && value <= 0xffff ? value : 0;
}

function countOf(value: number): number {
  return Number.isSafeInteger(value) && value >= 0 ? value : Number.NaN;
}

function wholeUs(us: number): number {
  const rounded = Math.round(us);
  return Number.isSafeInteger(rounded) ? rounded : Number.NaN;
}

/** Whether bytes begin with a message of NetFlow 5 or 9 or IPFIX: version, a plausible count and a time since 1995. */
export function isNetflow(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < IPFIX_HEADER) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint16(start);
  const count = view.getUint16(start + 2);
  const seconds = view.getUint32(start + (version === 10 ? 4 : 8));
  if (seconds < 788_918_400) return false;
  if (version === 5) return count >= 1 && count <= 30 && view.getUint32(start + 12) < 1e9;
  if (version === 9) return count >= 1 && count <= 1000 && end - start >= V9_HEADER + 4 && isSet(view, start + V9_HEADER); // prettier-ignore
  if (version !== 10 || count < IPFIX_HEADER) return false;
  return count === IPFIX_HEADER || (end - start >= IPFIX_HEADER + 4 && isSet(view, start + IPFIX_HEADER)); // prettier-ignore
}

function isSet(view: DataView, at: number): boolean {
  const id = view.getUint16(at);
  return (id <= 3 || id >= 256) && view.getUint16(at + 2) >= 4;
}
