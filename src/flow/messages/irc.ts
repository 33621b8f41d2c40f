import type { Packet } from '../../capture/packet.ts';
import type { MessageSink } from './conversation.ts';
import { reportCommand } from './login.ts';
import { completeLines, payloadText } from './payload-text.ts';

/** IRC (RFC 2812 §3), on any port: bots keep to none. */

const COMMAND =
  /^(?:NICK \S{1,64}$|USER \S+ \S+ \S+ \S|JOIN [#&+!]\S|PART [#&+!]\S|PRIVMSG \S+ |NOTICE \S+ |MODE \S+ \S|TOPIC [#&]\S|P[IO]NG :\S|WHOIS \S|QUIT :)/i;
/** Without a colon PING is a word of speed tests and of shells too: it takes the port to be IRC's. */
const BARE_PING = /^P[IO]NG \S+$/i;
/** From the server: `:prefix command …`, where the command is a numeric or relays a user's. */
const RELAYED = /^:(\S+) (\d{3}|NICK|JOIN|PART|PRIVMSG|NOTICE|MODE|TOPIC|KICK|QUIT|PONG) (?=\S)/;
const MAX_COMMANDS = 16;

/** Reads the commands of a packet; `false` if its first line is not IRC. */
export function readIrc(packet: Packet, sink: MessageSink): boolean {
  const lines = completeLines(payloadText(packet, 2048), MAX_COMMANDS);
  let found = false;
  for (const line of lines) {
    if (RELAYED.test(line)) return true; // the client said nothing
    if (!COMMAND.test(line) && !(BARE_PING.test(line) && hasIrcPort(packet))) return found;
    // "PING :server" comes from the server, "PONG :server" from the client: only the latter is a command of it.
    const verb = /^[A-Za-z]+/.exec(line)![0].toUpperCase();
    if (verb !== 'PING' && verb !== 'NOTICE') reportCommand(packet, sink, 'irc', verb);
    found = true;
  }
  return found;
}

function hasIrcPort({ sourcePort, destinationPort }: Packet): boolean {
  return isIrcPort(sourcePort) || isIrcPort(destinationPort);
}

function isIrcPort(port: number): boolean {
  return (port >= 6660 && port <= 6669) || port === 6697 || port === 7000 || port === 194;
}
