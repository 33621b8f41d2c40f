import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { AppEvent } from '../flow/event.ts';
import type { Flow } from '../flow/flow.ts';
import { ChannelTable } from './channel-table.ts';
import type { ChannelMessage } from './channel.ts';
import { DnsProfile } from './dns-profile.ts';
import { digestFlow, type FlowDigest, type Role } from './flow-digest.ts';
import { decodeFlowSample, emptyFlowSample } from './flow-sample.ts';
import { isIrcCommand, SessionProfile } from './session-profile.ts';
import { SideProfile } from './side-profile.ts';
import { WebProfile } from './web-profile.ts';
import { isAdminShare, isControlBind, WindowsProfile } from './windows-profile.ts';

/**
 * Everything one host did, as a value that merges: profiles of parts of the traffic, merged in any order and any
 * grouping, equal the profile of the whole, byte for byte once encoded. Sides and application parts exist only
 * when something was seen of them.
 */
export class HostProfile {
  originator: SideProfile | undefined;
  responder: SideProfile | undefined;
  /** Channels this host opened. */
  channels: ChannelTable | undefined;
  dns: DnsProfile | undefined;
  web: WebProfile | undefined;
  sessions: SessionProfile | undefined;
  windows: WindowsProfile | undefined;
  evidence = emptyFlowSample();

  /** Adds a flow in which this host is `role`. */
  addFlow(flow: Flow, role: Role): void {
    this.addDigest(digestFlow(flow, role), role);
  }

  /** The same by the flow's digest: whoever adds many needs only one, again and again. */
  addDigest(flow: FlowDigest, role: Role): void {
    if (this.evidence.wants(flow.flowHash)) this.evidence.add(flow.flowHash, flow.flow);
    if (role === 'responder') {
      (this.responder ??= new SideProfile()).add(flow, role);
      return;
    }
    (this.originator ??= new SideProfile()).add(flow, role);
    this.#channels().addDigest(flow);
  }

  /** Adds an event in which this host is the client. */
  addEvent(event: AppEvent): void {
    switch (event.kind) {
      case 'dns-query':
        (this.dns ??= new DnsProfile()).addQuery(event);
        break;
      case 'dns-response':
        (this.dns ??= new DnsProfile()).addResponse(event);
        break;
      case 'http-request':
        (this.web ??= new WebProfile()).addRequest(event);
        break;
      case 'http-response':
        (this.web ??= new WebProfile()).addResponse(event);
        break;
      case 'smb':
        (this.windows ??= new WindowsProfile()).addSmb(event);
        break;
      case 'rpc':
        (this.windows ??= new WindowsProfile()).addRpc(event);
        break;
      case 'ntlm': // its name comes as a login, too
      case 'alert': // what another detector said is never learnt from
        return;
      default:
        (this.sessions ??= new SessionProfile()).add(event);
    }
    const message = channelMessage(event);
    if (message !== undefined) this.#channels().addMessage(event, message);
  }

  merge(other: HostProfile): void {
    if (other.originator) (this.originator ??= new SideProfile()).merge(other.originator);
    if (other.responder) (this.responder ??= new SideProfile()).merge(other.responder);
    if (other.channels) this.#channels().merge(other.channels);
    if (other.dns) (this.dns ??= new DnsProfile()).merge(other.dns);
    if (other.web) (this.web ??= new WebProfile()).merge(other.web);
    if (other.sessions) (this.sessions ??= new SessionProfile()).merge(other.sessions);
    if (other.windows) (this.windows ??= new WindowsProfile()).merge(other.windows);
    this.evidence.merge(other.evidence);
  }

  /** True when the host sent at least one packet: others are only addresses that somebody named. */
  get spoke(): boolean {
    if (this.originator !== undefined) {
      if (this.originator.outcome('unsolicited') < this.originator.flows) return true;
    }
    const side = this.responder;
    if (side === undefined) return false;
    return side.count('ownPackets') > 0 || side.outcome('succeeded') + side.outcome('rejected') > 0;
  }

  encode(writer: ByteWriter): void {
    const parts = [
      this.originator,
      this.responder,
      this.channels,
      this.dns,
      this.web,
      this.sessions,
      this.windows,
    ];
    writer.u8(
      parts.reduce((flags, part, index) => flags | (part === undefined ? 0 : 1 << index), 0),
    );
    for (const part of parts) part?.encode(writer);
    this.evidence.encode(writer);
  }

  /** Bytes that are no profile mark the reader and give an empty one. */
  static decode(reader: ByteReader): HostProfile {
    const profile = new HostProfile();
    const flags = reader.u8();
    if (flags > 127) reader.truncated = true;
    if (flags & 1) profile.originator = SideProfile.decode(reader);
    if (flags & 2) profile.responder = SideProfile.decode(reader);
    if (flags & 4) profile.channels = ChannelTable.decode(reader);
    if (flags & 8) profile.dns = DnsProfile.decode(reader);
    if (flags & 16) profile.web = WebProfile.decode(reader);
    if (flags & 32) profile.sessions = SessionProfile.decode(reader);
    if (flags & 64) profile.windows = WindowsProfile.decode(reader);
    profile.evidence = decodeFlowSample(reader);
    return reader.truncated ? new HostProfile() : profile;
  }

  /** The sides alone of the same bytes: they come first, and the channels are most of it. */
  static decodeSides(reader: ByteReader): HostProfile {
    const profile = new HostProfile();
    const flags = reader.u8();
    if (flags & 1) profile.originator = SideProfile.decode(reader);
    if (flags & 2) profile.responder = SideProfile.decode(reader);
    return profile;
  }

  #channels(): ChannelTable {
    return (this.channels ??= new ChannelTable());
  }
}

/** What the event counts as on its channel. */
function channelMessage(event: AppEvent): ChannelMessage | undefined {
  switch (event.kind) {
    case 'login':
      if (event.outcome === 'unknown') return undefined;
      return event.outcome === 'success' ? 'loginSuccesses' : 'loginFailures';
    case 'command':
      if (event.service === 'stratum') return 'miningMessages';
      return isIrcCommand(event) ? 'ircMessages' : undefined;
    case 'smb':
      return isAdminShare(event) ? 'controlMessages' : undefined;
    case 'rpc':
      return isControlBind(event) ? 'controlMessages' : undefined;
    default:
      return undefined;
  }
}
