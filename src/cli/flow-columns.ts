import { createHash } from 'node:crypto';
import type { Flow } from '../flow/flow.ts';

type Cell = string | number | boolean | null;
/** A column's name and how it is read from a flow; `null` is missing. */
export type FlowColumn = readonly [name: string, read: (flow: Flow) => Cell];

/** A flow as the library has it, field by field. */
const OWN_COLUMNS: readonly FlowColumn[] =
  ([
    'startUs', 'endUs', 'originator', 'originatorPort', 'responder', 'responderPort', 'protocol', 'service',
    'originatorPackets', 'responderPackets', 'originatorIpBytes', 'responderIpBytes', 'originatorBytes',
    'responderBytes', 'connState', 'history', 'established',
  ] as const) // prettier-ignore
    .map((name) => [name, (flow) => known(flow[name])]);

/**
 * Zeek's conn.log: its names, order and meaning (`base/protocols/conn/main.zeek`). What only Zeek knows is unset:
 * `local_orig` (its own site list), `missed_bytes`, `tunnel_parents`. `uid` is made from the flow itself, so
 * that the same traffic gives the same ones.
 */
const ZEEK_COLUMNS: readonly FlowColumn[] = [
  ['ts', (f) => f.startUs / 1e6],
  ['uid', flowUid],
  ['id.orig_h', (f) => f.originator],
  ['id.orig_p', (f) => f.originatorPort],
  ['id.resp_h', (f) => f.responder],
  ['id.resp_p', (f) => f.responderPort],
  ['proto', (f) => ZEEK_PROTOCOLS.get(f.protocol) ?? 'unknown_transport'],
  ['service', (f) => known(f.service)],
  // Zeek leaves the duration of a single packet unset.
  ['duration', (f) => (f.endUs > f.startUs ? (f.endUs - f.startUs) / 1e6 : null)],
  ['orig_bytes', (f) => known(f.originatorBytes)],
  ['resp_bytes', (f) => known(f.responderBytes)],
  ['conn_state', (f) => known(f.connState)],
  ['local_orig', () => null],
  ['local_resp', () => null],
  ['missed_bytes', () => null],
  ['history', (f) => known(f.history)],
  ['orig_pkts', (f) => known(f.originatorPackets)],
  ['orig_ip_bytes', (f) => known(f.originatorIpBytes)],
  ['resp_pkts', (f) => known(f.responderPackets)],
  ['resp_ip_bytes', (f) => known(f.responderIpBytes)],
  ['tunnel_parents', () => null],
  ['ip_proto', (f) => f.protocol],
];

const ZEEK_PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [1, 'icmp'],
  [6, 'tcp'],
  [17, 'udp'],
  [58, 'icmp'],
]);

/** The column sets of `flows --columns`. */
export const FLOW_COLUMNS = { rapsheet: OWN_COLUMNS, zeek: ZEEK_COLUMNS } as const;

function known(value: string | number | boolean): Cell {
  return value === '' || (typeof value === 'number' && Number.isNaN(value)) ? null : value;
}

/** `C` and 16 letters and digits, as Zeek's look. */
function flowUid(flow: Flow): string {
  const identity = `${flow.originator} ${flow.originatorPort} ${flow.responder} ${flow.responderPort} ${flow.protocol} ${flow.startUs}`;
  const digest = createHash('sha1').update(identity).digest('base64');
  return `C${digest.slice(0, 16).replaceAll('+', 'x').replaceAll('/', 'y')}`;
}
