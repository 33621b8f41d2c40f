import type { Packet } from '../../capture/packet.ts';
import type { MessageSink } from './conversation.ts';
import { reportLogin } from './login.ts';
import { payloadText } from './payload-text.ts';

const IAC = 0xff;
const MAX_BYTES = 2048;

/**
 * What login programs say of a wrong password: Linux and BusyBox ("Login incorrect"), BSD, Cisco ("% Login
 * invalid", "% Bad passwords", "% Authentication failed"), Huawei and ZTE ("Username or password invalid",
 * "… is wrong"), Windows ("Login Failed"), DVRs and routers.
 */
const REFUSED =
  /login incorrect|log[io]n (failed|failure|invalid|error|denied)|authentication (failed|failure|error)|access denied|(bad|wrong) (user ?name|password|login|user)|incorrect (user|password|login)|invalid (user|password|login|credential)|(user ?name|login|account|password) (or|and|\/) ?(user ?name|password)[^\r\n]{0,24}(incorrect|invalid|wrong|error|bad|fail)|(password|user ?name)( is)? (incorrect|invalid|wrong|error)/i;
/** What is said once, behind a login: last login, BusyBox's shell, the server of Windows, an explicit word. */
const ACCEPTED =
  /last (successful )?login[: ]|log[io]n success|built-in shell \(|microsoft telnet server\.|authentication success/i;
const PROMPT = /(login|user ?name|account|password) ?: ?$/i;

function isTelnetPort(port: number): boolean {
  return port === 23 || port === 2323;
}

/** Telnet's option negotiation (RFC 854): IAC, WILL … DONT or SB, an option. */
function isTelnetNegotiation(packet: Packet): boolean {
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

/** The same where no port speaks for it: one command alone, or two at the beginning. */
export function isTelnetOptions(packet: Packet): boolean {
  const { data, payloadOffset: at, payloadCaptured, payloadLength } = packet;
  if (!isTelnetNegotiation(packet)) return false;
  return payloadLength === 3 || (payloadCaptured >= 5 && data[at + 3] === IAC && data[at + 4]! >= 0xf0); // prettier-ignore
}

/**
 * What a telnet server says of a login, in the words of the usual login programs. A prompt of a shell alone is no
 * word: it comes after every command, and where nobody logged in.
 */
export function readTelnet(packet: Packet, sink: MessageSink): boolean {
  if (isTelnetPort(packet.sourcePort)) {
    const text = payloadText(packet, MAX_BYTES);
    // Both may stand in one packet: "Login incorrect" is the answer, "Last login" what a later one was.
    if (REFUSED.test(text)) {
      reportLogin(packet, sink, 'telnet', 'failure');
      return true;
    }
    if (ACCEPTED.test(text)) {
      reportLogin(packet, sink, 'telnet', 'success');
      return true;
    }
    if (PROMPT.test(text)) return true;
  }
  return isTelnetNegotiation(packet);
}
