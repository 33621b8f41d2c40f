/** The fields of a conn.log of Zeek 6, in its order. */
export const CONN_LOG_FIELDS = [
  'ts', 'uid', 'id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p', 'proto', 'service', 'duration', 'orig_bytes',
  'resp_bytes', 'conn_state', 'local_orig', 'local_resp', 'missed_bytes', 'history', 'orig_pkts', 'orig_ip_bytes',
  'resp_pkts', 'resp_ip_bytes', 'tunnel_parents',
] as const; // prettier-ignore

const NUMBERS = new Set([0, 3, 5, 8, 9, 10, 14, 16, 17, 18, 19]);

/** The heading of a conn.log in tabs. */
export const CONN_LOG_HEADING = [
  '#separator \\x09',
  '#set_separator\t,',
  '#empty_field\t(empty)',
  '#unset_field\t-',
  '#path\tconn',
  `#fields\t${CONN_LOG_FIELDS.join('\t')}`,
  '',
].join('\n');

/**
 * Lines of a made-up conn.log of an office of 2,000 clients: web, lookups, refused and unanswered connections, pings;
 * servers drawn so that few of 20,000 are visited often. The same for the same `seed`.
 */
export function* connLogRows(count: number, seed = 1): Generator<string[]> {
  let state = seed >>> 0;
  const below = (n: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  let us = 1_714_521_600_000_000;
  for (let i = 0; i < count; i++) {
    us += below(20_000);
    const at = `${Math.floor(us / 1e6)}.${String(us % 1e6).padStart(6, '0')}`;
    const client = below(2000);
    const server = Math.floor((below(1000) * below(1000) * below(20_000)) / 1e6);
    const from = `10.1.${client >> 8}.${client & 255}`;
    const to = `198.51.${server >> 8}.${server & 255}`;
    const port = String(32_768 + below(28_000));
    const kind = below(100);
    const uid = `C${i.toString(36)}${below(1e9).toString(36)}`;
    const head = [at, uid, from, port];
    if (kind < 55) yield [...head, to, ...web(below)];
    else if (kind < 80) yield [...head, `10.0.0.${1 + below(3)}`, ...lookup(below)];
    else if (kind < 90) yield [...head, to, ...unanswered(below)];
    else if (kind < 97) yield [...head, to, ...refused(below)];
    else yield [at, uid, from, '8', to, ...ping(below)];
  }
}

/** Bytes of a whole conn.log in chunks, in tabs or as JSON lines. */
// eslint-disable-next-line @typescript-eslint/require-await
export async function* connLogChunks(
  format: 'zeek-tsv' | 'zeek-json',
  count: number,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let text = format === 'zeek-tsv' ? CONN_LOG_HEADING : '';
  for (const row of connLogRows(count)) {
    text += format === 'zeek-tsv' ? row.join('\t') : jsonLine(row);
    text += '\n';
    if (text.length < 1 << 18) continue;
    yield encoder.encode(text);
    text = '';
  }
  yield encoder.encode(text);
}

function jsonLine(row: readonly string[]): string {
  const members: string[] = [];
  for (const [index, cell] of row.entries()) {
    if (cell === '-') continue;
    const flag = index === 12 || index === 13;
    const value = NUMBERS.has(index) ? cell : flag ? String(cell === 'T') : JSON.stringify(cell);
    members.push(`"${CONN_LOG_FIELDS[index]!}":${value}`);
  }
  return `{${members.join(',')}}`;
}

type Below = (n: number) => number;

function decimal(below: Below, seconds: number): string {
  return `${below(seconds)}.${String(below(1e6)).padStart(6, '0')}`;
}

function web(below: Below): string[] {
  const sent = 300 + below(2000);
  const got = 500 + below(100_000);
  const [there, back] = [5 + below(30), 5 + below(80)];
  const [port, service] = below(4) > 0 ? ['443', 'ssl'] : ['80', 'http'];
  return [port, 'tcp', service, decimal(below, 60), String(sent), String(got), 'SF', 'T', 'F', '0', 'ShADadFf',
    String(there), String(sent + 40 * there), String(back), String(got + 40 * back), '-']; // prettier-ignore
}

function lookup(below: Below): string[] {
  const [sent, got] = [28 + below(30), 60 + below(200)];
  return ['53', 'udp', 'dns', decimal(below, 1), String(sent), String(got), 'SF', 'T', 'T', '0', 'Dd', '1',
    String(sent + 28), '1', String(got + 28), '-']; // prettier-ignore
}

function unanswered(below: Below): string[] {
  const port = String([22, 23, 445, 3389, 8080][below(5)]!);
  return [port, 'tcp', '-', '-', '-', '-', 'S0', 'T', 'F', '0', 'S', '1', '60', '0', '0', '-'];
}

function refused(below: Below): string[] {
  const port = String([22, 23, 445, 3389, 8080][below(5)]!);
  return [port, 'tcp', '-', decimal(below, 1), '0', '0', 'REJ', 'T', 'F', '0', 'Sr', '1', '60', '1', '40', '-']; // prettier-ignore
}

function ping(below: Below): string[] {
  return ['0', 'icmp', '-', decimal(below, 3), '56', '56', 'OTH', 'T', 'F', '0', '-', '1', '84', '1', '84', '-']; // prettier-ignore
}
