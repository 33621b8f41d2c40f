import type { Packet } from '../../capture/packet.ts';
import type { MessageSink } from './conversation.ts';
import { reportCommand } from './login.ts';
import { payloadText } from './payload-text.ts';

/**
 * Mining pools' JSON-RPC over bare TCP: Stratum (Slush Pool's `mining.*`), the Monero dialect (`login`, `job`,
 * `submit`), the Ethereum proxies' (`eth_*`) and getwork.
 */

const METHOD = /"method"\s*:\s*"([\w.]{1,40})"/;
const FROM_CLIENT =
  /^(mining\.(subscribe|authorize|submit|extranonce\.subscribe|configure|hello|suggest_\w+)|eth_\w+|getblocktemplate|getwork|keepalived)$/;
const FROM_SERVER = /^(mining\.(notify|set\w*|reconnect|ping)|client\.\w+)$/;
/** Too ordinary to be believed without what goes with it. */
const AMBIGUOUS: Readonly<Record<string, RegExp>> = {
  login: /"(pass|agent)"\s*:/,
  submit: /"(nonce|job_id)"\s*:/,
  getjob: /"id"\s*:/,
  job: /"(blob|target|job_id)"\s*:/,
};

/** Reads a JSON object's method; `false` if it is none of a miner's. */
export function readStratum(packet: Packet, sink: MessageSink): boolean {
  const text = payloadText(packet, 2048);
  const method = METHOD.exec(text)?.[1];
  if (method === undefined) {
    return /"(error|result)"\s*:.*("mining\.|"job"\s*:\s*\{.*"blob"|"status"\s*:\s*"(OK|KEEPALIVED)")/s.test(
      text,
    );
  }
  const proof = Object.hasOwn(AMBIGUOUS, method) ? AMBIGUOUS[method] : undefined;
  const known = proof?.test(text) ?? (FROM_CLIENT.test(method) || FROM_SERVER.test(method));
  if (!known) return false;
  reportCommand(packet, sink, 'stratum', method, method !== 'job' && !FROM_SERVER.test(method));
  return true;
}
