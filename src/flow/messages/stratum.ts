import type { Packet } from '../../capture/packet.ts';
import { hasText } from './byte-fields.ts';
import type { MessageSink } from './conversation.ts';
import { reportCommand } from './login.ts';
import { payloadText } from './payload-text.ts';

/**
 * Mining pools' JSON-RPC over bare TCP: Stratum (Slush Pool's `mining.*`), the Monero dialect (`login`, `job`,
 * `submit`), the Ethereum proxies' (`eth_*`) and getwork. One object a line, several in a packet.
 */

const METHOD = /"method"\s{0,4}:\s{0,4}"([\w.]{1,40})"/;
const FROM_CLIENT =
  /^(mining\.(subscribe|authorize|submit|extranonce\.subscribe|configure|hello|suggest_\w+|get_transactions|multi_version)|eth_(submitLogin|login|getWork|submitWork|submitHashrate|getblocktemplate)|getblocktemplate|getwork|keepalived)$/;
const FROM_SERVER = /^(mining\.(notify|set\w*|reconnect|ping|bye)|client\.\w+)$/;
/** Too ordinary to be believed without what goes with it. */
const AMBIGUOUS: Readonly<Record<string, RegExp>> = {
  login: /"(pass|agent)"\s{0,4}:/,
  submit: /"(nonce|job_id)"\s{0,4}:/,
  getjob: /"id"\s{0,4}:/,
  job: /"(blob|target|job_id)"\s{0,4}:/,
};
/**
 * Answers without a method: what a subscription is to, a Monero job, an Ethereum proxy's work (header, seed and
 * boundary, 32 bytes each).
 */
const ANSWER =
  /"mining\.(notify|set_\w+)"|"blob"\s{0,4}:\s{0,4}"|"status"\s{0,4}:\s{0,4}"(OK|KEEPALIVED)"|\[\s{0,4}"0x[0-9a-f]{64}"\s{0,4},\s{0,4}"0x[0-9a-f]{64}"/i;
const MAX_BYTES = 4096;
const MAX_LINES = 16;

/** Reads the JSON objects of a packet; `false` if the first is none of a miner's or a pool's. */
export function readStratum(packet: Packet, sink: MessageSink): boolean {
  let found = false;
  // Before Stratum's newline there may be a blank or NUL.
  const lines = payloadText(packet, MAX_BYTES).split('\n', MAX_LINES);
  for (const line of lines) {
    if (line.charCodeAt(0) !== 0x7b) break;
    found = readObject(packet, line, sink) || found;
  }
  return found;
}

/** A miner that asks over HTTP (getwork): the object in a request's body; `false` if there is none. */
export function readMiningPost(packet: Packet, sink: MessageSink): boolean {
  const { data, payloadOffset: at, payloadCaptured } = packet;
  if (!hasText(data, at, at + payloadCaptured, 'POST ')) return false;
  const text = payloadText(packet, MAX_BYTES);
  const body = text.indexOf('\r\n\r\n{');
  return body >= 0 && readObject(packet, text.slice(body + 4), sink);
}

function readObject(packet: Packet, line: string, sink: MessageSink): boolean {
  const method = METHOD.exec(line)?.[1];
  if (method === undefined) return /"(error|result)"\s{0,4}:/.test(line) && ANSWER.test(line);
  const proof = Object.hasOwn(AMBIGUOUS, method) ? AMBIGUOUS[method] : undefined;
  const isFromServer = method === 'job' || FROM_SERVER.test(method);
  if (!(proof?.test(line) ?? (FROM_CLIENT.test(method) || isFromServer))) return false;
  reportCommand(packet, sink, 'stratum', method, !isFromServer);
  return true;
}
