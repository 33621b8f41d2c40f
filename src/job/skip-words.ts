import type { SkipReason } from '../flow/logs/log-reader.ts';

/** Lines of logs, after their number; `(s)` is there when they are several. */
const LINE_WORDS: Readonly<Record<SkipReason, string>> = {
  malformedLine: 'malformed line(s)',
  lineTooLong: 'line(s) longer than 1 MiB',
  lineBeforeHeading: 'line(s) before any heading',
  unusedZeekLog: 'line(s) of Zeek logs that tell nothing of use here',
  notDns: 'NetBIOS name lookup(s)',
  notIp: 'record(s) without IP',
  flowWithoutAddresses: 'flow(s) whose addresses were removed',
  unusedLine: 'line(s) about something else',
  logSaysNoData: 'line(s) that say nothing was recorded',
};

/** The same for everything else; `%` stands for the name behind the reason's colon. */
const WORDS: Readonly<Record<string, string>> = {
  ...LINE_WORDS,
  // Files.
  truncatedFile: 'capture(s) cut off in a packet',
  notACapture: 'file(s) that went on with something else than a capture',
  corruptRecord: 'damaged place(s)',
  corruptBytes: 'byte(s) passed over as damaged',
  truncatedGzip: 'gzip stream(s) cut off',
  corruptGzip: 'gzip stream(s) read up to where the damage is',
  truncatedZstd: 'zstd stream(s) cut off',
  corruptZstd: 'zstd stream(s) read up to where the damage is',
  zstdWindowTooLarge: 'zstd stream(s) that would fill the memory (compress without --ultra --long)',
  truncatedLz4: 'lz4 stream(s) cut off',
  corruptLz4: 'lz4 stream(s) read up to where the damage is',
  corruptParquet: 'Parquet file(s) read up to the row group with the damage',
  lz4NeedsDictionary: 'lz4 stream(s) that need a dictionary',
  // Packets.
  unknownLinkType: 'packet(s) of a link type that is not read (%)',
  unknownInterface: 'packet(s) of an interface that the file does not describe',
  malformedPacketBlock: 'malformed packet block(s)',
  notIp: 'frame(s) without IP (%)',
  truncatedFrame: 'packet(s) cut off before the IP header',
  tunnelTooDeep: 'packet(s) in more tunnels than are followed',
  inTunnel: 'tunnelled packet(s) counted as the tunnel’s (%)',
  laterFragment: 'fragment(s) without their beginning',
  incompleteDatagram: 'fragmented packet(s) of which pieces are missing',
  malformedFragment: 'malformed fragment(s)',
  truncatedFragment: 'fragment(s) cut off by the capture',
  fragmentOverlap: 'fragment(s) that overlap',
  fragmentTooLong: 'fragment(s) that reach beyond 64 KiB',
  fragmentTableFull: 'fragmented packet(s) given up, too many were incomplete at once',
  // Flows and messages.
  flowTableFull: 'flow(s) ended early, too many were open at once',
  flowEdgesFull: 'flow(s) split at a cut, too many were open there',
  flowTunnelsFull: 'flow(s) without the name of their tunnel, too many were tunnelled at once',
  hostTableFull: 'record(s) of hosts beyond the most that are kept',
  impossibleFlow: 'flow(s) with impossible values',
  impossibleEvent: 'message(s) with impossible values',
  messageIncomplete: 'message(s) that began and never ended',
  truncated: '% message(s) cut off by the capture',
  malformed: 'malformed % message(s)',
  // NetFlow.
  notNetflow: 'packet(s) that are no NetFlow',
  malformedNetflow: 'malformed piece(s) of NetFlow',
  truncatedNetflow: 'NetFlow export(s) cut off',
  netflowWithoutTemplate: 'set(s) of NetFlow records whose template has not come',
  netflowWithoutAddresses: 'NetFlow record(s) without addresses',
  netflowWithoutTime: 'NetFlow record(s) without a time',
};

/** What `count` of a reason are, in words that follow the number: `malformedLine`, 2 → `malformed lines`. */
export function skipWords(reason: string, count: number): string {
  const colon = reason.indexOf(':');
  const kind = colon < 0 ? reason : reason.slice(0, colon);
  const name = colon < 0 ? '' : nameWords(reason.slice(colon + 1));
  // A log's record without IP has no name, a frame has.
  const known = colon < 0 && Object.hasOwn(LINE_WORDS, kind) ? LINE_WORDS[kind as SkipReason] : Object.hasOwn(WORDS, kind) ? WORDS[kind] : undefined; // prettier-ignore
  const words = known ?? headerWords(kind) ?? `× ${camelWords(kind)}${name && ': %'}`;
  return words.replace('(s)', count === 1 ? '' : 's').replace('%', () => name);
}

/** Whether nothing is wrong with what is counted so: it is no IP, or no export of flows. */
export function isOrdinarySkip(reason: string): boolean {
  return /^(inTunnel:)?notIp(:|$)|^notNetflow$/.test(reason);
}

/** `truncatedTcp`, `malformedIpv4`. */
function headerWords(kind: string): string | undefined {
  const [, state = '', header = ''] = /^(truncated|malformed)([A-Z]\w*)$/.exec(kind) ?? [];
  if (header === '') return undefined;
  const name = HEADERS[header] ?? header.toUpperCase();
  return state === 'truncated' ? `packet(s) cut off in the ${name} header` : `packet(s) with a malformed ${name} header`; // prettier-ignore
}

const HEADERS: Readonly<Record<string, string>> = {
  Ipv4: 'IPv4',
  Ipv6: 'IPv6',
  UdpLite: 'UDP-Lite',
  Ah: 'IPsec AH',
  Radiotap: 'radiotap',
  IpNet: 'ipnet',
};

/** Short names of protocols are capitals; `slowProtocols` is two words; a number stays. */
function nameWords(name: string): string {
  if (name.includes(':')) return name.split(':').map(camelWords).join(': ');
  return /^[a-z]{2,5}$/.test(name) ? name.toUpperCase() : camelWords(name);
}

function camelWords(name: string): string {
  if (name.startsWith('0x')) return name;
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace(/\bip\b/, 'IP');
}
