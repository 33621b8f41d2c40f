/** What passed between two hosts, to be written as each kind of log has it. */
export interface Conversation {
  readonly startUs: number;
  readonly endUs: number;
  readonly originator: string;
  readonly originatorPort: number;
  readonly responder: string;
  readonly responderPort: number;
  readonly protocol: number;
  /** `denied`: a firewall kept it out. */
  readonly outcome: 'answered' | 'denied' | 'unanswered' | 'refused';
  readonly sentPackets: number;
  readonly sentBytes: number;
  readonly backPackets: number;
  readonly backBytes: number;
}

/** Kinds of logs of connections. */
export const DRAWN_LOGS = {
  netfilter: (all: readonly Conversation[]) => netfilter(all),
  filterlog: (all: readonly Conversation[]) => filterlog(all),
  'cisco asa': (all: readonly Conversation[]) => asa(all),
  'azure nsg': (all: readonly Conversation[]) => azure(all, false),
  'azure vnet': (all: readonly Conversation[]) => azure(all, true),
  gcp: (all: readonly Conversation[]) => gcp(all),
} as const;

const iso = (us: number): string => new Date(us / 1000).toISOString();
const seconds = (us: number): number => Math.floor(us / 1e6);

/** What begins or ends at a time, in its order. */
function inOrder(lines: readonly (readonly [us: number, line: string])[]): string {
  const sorted = lines.map((line, i) => [...line, i] as const).sort((a, b) => a[0] - b[0] || a[2] - b[2]); // prettier-ignore
  return sorted.map(([, line]) => `${line}\n`).join('');
}

function netfilter(all: readonly Conversation[]): string {
  return inOrder(all.map((one) => {
    const word = one.outcome === 'denied' ? '[UFW BLOCK]' : '[UFW ALLOW]';
    const own = one.protocol === 6 ? `PROTO=TCP SPT=${one.originatorPort} DPT=${one.responderPort} WINDOW=64240 RES=0x00 SYN URGP=0` : `PROTO=${one.protocol === 17 ? 'UDP' : one.protocol} SPT=${one.originatorPort} DPT=${one.responderPort} LEN=40`;
    return [one.startUs, `${iso(one.startUs)} gw kernel: [1.5] ${word} IN=eth0 OUT= SRC=${one.originator} DST=${one.responder} LEN=60 TOS=0x00 PREC=0x00 TTL=52 ID=1 DF ${own}`];
  }));
} // prettier-ignore

function filterlog(all: readonly Conversation[]): string {
  return inOrder(all.map((one) => {
    const own = one.protocol === 6 ? `${one.originatorPort},${one.responderPort},0,S,1,,64240,,mss` : `${one.originatorPort},${one.responderPort},40`;
    return [one.startUs, `<134>1 ${iso(one.startUs)} pf filterlog 7 - - 5,,,1,igb0,match,${one.outcome === 'denied' ? 'block' : 'pass'},in,4,0x0,,52,7,0,DF,${one.protocol},x,60,${one.originator},${one.responder},${own}`];
  }));
} // prettier-ignore

const ASA_ENDINGS = {
  answered: ' TCP FINs',
  unanswered: ' SYN Timeout',
  refused: ' TCP Reset-I',
  denied: '',
};

/** The originator is outside. */
function asa(all: readonly Conversation[]): string {
  return inOrder(all.flatMap((one, id) => {
    const [from, to] = [`outside:${one.originator}/${one.originatorPort}`, `inside:${one.responder}/${one.responderPort}`];
    const heading = (us: number): string => `<166>${iso(us)} fw01 : %ASA`;
    const [name, code] = one.protocol === 6 ? ['TCP', 3] : ['UDP', 5];
    if (one.outcome === 'denied') return [[one.startUs, `${heading(one.startUs)}-4-106023: Deny ${name.toLowerCase()} src ${from} dst ${to} by access-group "a" [0x0, 0x0]`]];
    const lasted = seconds(one.endUs) - seconds(one.startUs);
    const time = [Math.floor(lasted / 3600), Math.floor(lasted / 60) % 60, lasted % 60].map((n, i) => i === 0 ? String(n) : String(n).padStart(2, '0')).join(':');
    const bytes = one.outcome === 'answered' ? one.sentBytes + one.backBytes : 0;
    return [
      [one.startUs, `${heading(one.startUs)}-6-30201${code}: Built inbound ${name} connection ${id} for ${from} (${from.split(':')[1]!}) to ${to} (${to.split(':')[1]!})`],
      [one.endUs, `${heading(one.endUs)}-6-30201${code + 1}: Teardown ${name} connection ${id} for ${from} to ${to} duration ${time} bytes ${bytes}${one.protocol === 6 ? ASA_ENDINGS[one.outcome] : ''}`],
    ];
  }));
} // prettier-ignore

function azure(all: readonly Conversation[], isNetwork: boolean): string {
  const tuples = all.flatMap((one): [number, string][] => {
    const isOut = one.outcome === 'denied';
    const ends = `${one.originator},${one.responder},${one.originatorPort},${one.responderPort}`;
    const tuple = (us: number, state: string, counts: string): [number, string] => [us, isNetwork
      ? `${Math.floor(us / 1000)},${ends},${one.protocol},I,${isOut ? 'D' : state},NX,${counts || '0,0,0,0'}`
      : `${seconds(us)},${ends},${one.protocol === 6 ? 'T' : 'U'},I,${isOut ? 'D' : 'A'},${state},${counts || ',,,'}`];
    if (isOut) return [tuple(one.startUs, 'B', '')];
    return [tuple(one.startUs, 'B', ''), tuple(one.endUs, 'E', `${one.sentPackets},${one.sentBytes},${one.backPackets},${one.backBytes}`)];
  });
  const lines = inOrder(tuples).trimEnd().split('\n');
  const records = Array.from({ length: Math.ceil(lines.length / 100) }, (_, i) => {
    const flowTuples = lines.slice(i * 100, (i + 1) * 100);
    return isNetwork ? { flowRecords: { flows: [{ flowGroups: [{ rule: 'a', flowTuples }] }] } } : { properties: { flows: [{ flows: [{ flowTuples }] }] } };
  });
  return JSON.stringify({ records });
} // prettier-ignore

function gcp(all: readonly Conversation[]): string {
  return inOrder(all.flatMap((one): [number, string][] => {
    const there = { src_ip: one.originator, src_port: one.originatorPort, dest_ip: one.responder, dest_port: one.responderPort, protocol: one.protocol };
    const back = { src_ip: one.responder, src_port: one.responderPort, dest_ip: one.originator, dest_port: one.originatorPort, protocol: one.protocol };
    if (one.outcome === 'denied') return [[one.startUs, JSON.stringify({ timestamp: iso(one.startUs), jsonPayload: { connection: there, disposition: 'DENIED' } })]];
    const record = (connection: unknown, packets: number, bytes: number): [number, string] => [one.startUs, JSON.stringify({ timestamp: iso(one.endUs), jsonPayload: { connection, reporter: 'SRC', start_time: iso(one.startUs), end_time: iso(one.endUs), packets_sent: String(packets), bytes_sent: String(bytes) } })];
    return [record(there, one.sentPackets, one.sentBytes), ...(one.backPackets > 0 ? [record(back, one.backPackets, one.backBytes)] : [])];
  }));
} // prettier-ignore
