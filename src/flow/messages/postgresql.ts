import type { Packet } from '../../capture/packet.ts';
import { latin1Text, u32be } from './byte-fields.ts';
import type { MessageSink } from './conversation.ts';
import { reportAttempt, reportLogin } from './login.ts';

/** PostgreSQL's start-up (documentation, "Message Formats"): who comes in, and what authentication is answered. */

const PROTOCOL_3 = 196608;
const SSL_REQUEST = 80877103;
const GSS_REQUEST = 80877104;
const CANCEL_REQUEST = 80877102;
const AUTHENTICATION = 0x52; // 'R'
const ERROR_RESPONSE = 0x45; // 'E'
const AUTHENTICATION_OK = 0;
/** Last of the authentication requests: SASLFinal. */
const LAST_AUTHENTICATION = 12;
const MAX_MESSAGES = 4;

/** Reads a start-up packet of a client, on any port. */
export function readPostgresqlStart(packet: Packet, sink: MessageSink): boolean {
  const { data, payloadOffset: at, payloadCaptured, payloadLength } = packet;
  if (payloadCaptured < 8 || u32be(data, at) !== payloadLength) return false;
  const code = u32be(data, at + 4);
  if (code === SSL_REQUEST || code === GSS_REQUEST) return payloadLength === 8;
  if (code === CANCEL_REQUEST) return payloadLength === 16;
  // Protocol 3.0 to 3.2.
  if (code < PROTOCOL_3 || code > PROTOCOL_3 + 2) return false;
  const parts = latin1Text(data, at + 8, at + Math.min(payloadCaptured, 1024)).split('\0');
  const index = parts.findIndex((part, i) => i % 2 === 0 && part === 'user');
  if (index < 0) return false;
  reportAttempt(packet, sink, 'postgresql', parts[index + 1] ?? '');
  return true;
}

/** Reads what a server answers to a start-up, on any port: messages of a type and their length. */
export function readPostgresql(packet: Packet, sink: MessageSink): boolean {
  const { data, payloadOffset, payloadCaptured } = packet;
  const end = payloadOffset + payloadCaptured;
  let at = payloadOffset;
  for (let i = 0; i < MAX_MESSAGES && at + 9 <= end; i++) {
    const type = data[at]!;
    const length = u32be(data, at + 1);
    if (type === ERROR_RESPONSE) return readError(packet, at, length, sink);
    if (type !== AUTHENTICATION || length < 8 || length > 2048) break;
    const request = u32be(data, at + 5);
    if (request > LAST_AUTHENTICATION) break;
    if (request === AUTHENTICATION_OK) {
      if (length !== 8) break;
      reportLogin(packet, sink, 'postgresql', 'success');
      return true;
    }
    at += 1 + length;
  }
  return at > payloadOffset;
}

/** Fields of a letter and a text that ends with NUL: `C` is the SQLSTATE, `M` the words. */
function readError(packet: Packet, at: number, length: number, sink: MessageSink): boolean {
  const { data, payloadOffset, payloadCaptured } = packet;
  if (length < 8 || length > 4096) return false;
  const end = Math.min(at + 1 + length, payloadOffset + payloadCaptured, at + 1024);
  const fields = latin1Text(data, at + 5, end).split('\0');
  const severity = fields[0] ?? '';
  const state = fields.find((text) => /^C[0-9A-Z]{5}$/.test(text));
  if (!severity.startsWith('S') || state === undefined) return false;
  // Class 28: invalid authorization specification (28P01 password, 28000 no such role, no matching pg_hba line).
  if (state.startsWith('C28')) {
    const words = fields.find((text) => text.startsWith('M')) ?? '';
    const userName = /"([^"]{1,64})"/.exec(words)?.[1] ?? '';
    reportLogin(packet, sink, 'postgresql', 'failure', { userName });
  }
  return true;
}
