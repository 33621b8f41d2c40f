import type { ConnState } from '../flow.ts';
import { isConnState } from './zeek-conn.ts';

/** How a flow ended, as far as an Argus state tells. */
export interface Ending {
  readonly connState: ConnState | '';
  readonly established: boolean;
}

const UNKNOWN: Ending = { connState: '', established: false };
const TCP = 6;
const UDP = 17;

/**
 * Argus' `State` in Zeek's words. For TCP it is the flags each side was seen to send, `FSPA_FSPA` (source, then
 * destination; F FIN, S SYN, R RST, P PSH, A ACK), or one word where `ra` was not asked for flags. Flags have no
 * order: with FINs from both sides a RST is taken to have come after them. For UDP and ICMP it is `CON` (both
 * sides sent), `INT` (one did), or the ICMP type (`ECO`, `URP`).
 *
 * `answered` says that the destination sent packets; `undefined` where the table does not count them.
 */
export function argusEnding(state: string, protocol: number, answered?: boolean): Ending {
  if (protocol === TCP) return tcpEnding(state, answered);
  if (protocol !== UDP) return { connState: 'OTH', established: false };
  const both = answered ?? state !== 'INT';
  return { connState: both ? 'SF' : 'S0', established: false };
}

function tcpEnding(state: string, answered: boolean | undefined): Ending {
  const flags = /^([FSRPAUEC]*)_([FSRPAUEC]*)$/.exec(state);
  if (flags !== null) return flagsEnding(flags[1]!, flags[2]!);
  if (isConnState(state)) return { connState: state, established: /^S[1F23]$/.test(state) };
  switch (state) {
    case 'REQ': // the request alone was seen
      return { connState: answered === true ? '' : 'S0', established: false };
    case 'EST':
    case 'CON':
      return { connState: 'S1', established: true };
    case 'FIN': // closing
    case 'CLO': // closed
      if (answered === false) return { connState: 'SH', established: false };
      return { connState: 'SF', established: true };
    default: // RST does not say whose; ACC, TIM not how far it got
      return UNKNOWN;
  }
}

function flagsEnding(source: string, destination: string): Ending {
  const has = (flags: string, flag: string): boolean => flags.includes(flag);
  const reset = has(destination, 'R');
  const aborted = has(source, 'R');
  if (!has(source, 'S')) return { connState: withoutSyn(destination), established: false };
  if (!has(destination, 'S')) {
    if (reset) return { connState: 'REJ', established: false };
    if (destination !== '') return { connState: 'OTH', established: false };
    return { connState: aborted ? 'RSTOS0' : has(source, 'F') ? 'SH' : 'S0', established: false };
  }
  const established = /[AP]/.test(source);
  const finished = has(source, 'F');
  const closed = has(destination, 'F');
  if (finished && closed) return { connState: 'SF', established };
  if (reset) return { connState: 'RSTR', established };
  if (aborted) return { connState: 'RSTO', established };
  return { connState: finished ? 'S2' : closed ? 'S3' : 'S1', established };
}

/** The beginning was not seen, or only the destination's half. */
function withoutSyn(destination: string): ConnState {
  if (!destination.includes('S')) return 'OTH';
  return destination.includes('R') ? 'RSTRH' : destination.includes('F') ? 'SHR' : 'OTH';
}
