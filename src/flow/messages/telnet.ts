import type { Packet } from '../../capture/packet.ts';
import type { MessageSink } from './conversation.ts';
import { reportLogin } from './login.ts';
import { payloadText } from './payload-text.ts';

const IAC = 0xff;

export function isTelnetPort(port: number): boolean {
  return port === 23 || port === 2323;
}

/** Telnet's option negotiation (RFC 854): IAC, WILL … DONT or SB, an option. */
export function isTelnetNegotiation(packet: Packet): boolean {
  const { data, payloadOffset: at, payloadCaptured } = packet;
  return (
    payloadCaptured >= 3 &&
    data[at] === IAC &&
    data[at + 1]! >= 0xfa &&
    data[at + 1]! <= 0xfe &&
    data[at + 2]! <= 50 &&
    (payloadCaptured === 3 || data[at + 1] === 0xfa || data[at + 3] === IAC || data[at + 3]! < 0x80)
  );
}

/** What a telnet server says of a login, in the words of the usual login programs. */
export function readTelnet(packet: Packet, sink: MessageSink): boolean {
  if (isTelnetPort(packet.sourcePort)) {
    const text = payloadText(packet, 512);
    if (
      /login incorrect|login failed|authentication failed|access denied|bad password|incorrect (user|password|login)|invalid (user|password|login)/i.test(
        text,
      )
    ) {
      reportLogin(packet, sink, 'telnet', 'failure');
      return true;
    }
    if (/last login[: ]|login successful/i.test(text)) {
      reportLogin(packet, sink, 'telnet', 'success');
      return true;
    }
    if (/(login|username|password): ?$/i.test(text)) return true;
  }
  return isTelnetNegotiation(packet);
}
