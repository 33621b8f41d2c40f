/** Which service a flow speaks: by its payload when that was recognised, else by the well-known port. */

export const SERVICE_GROUPS = [
  'web', 'mail', 'dns', 'admin', 'smb', 'database', 'iot', 'ics', 'p2p', 'chat', 'infrastructure', 'other',
] as const; // prettier-ignore

export type ServiceGroup = (typeof SERVICE_GROUPS)[number];

interface Service {
  readonly group: ServiceGroup;
  /** Ports of TCP and of UDP that mean this service (IANA, or custom where IANA is silent). */
  readonly tcp?: readonly number[];
  readonly udp?: readonly number[];
  /** True when it asks who you are: what a password guesser knocks at. */
  readonly login?: true;
}

/** Zeek's service names where Zeek has one. A port belongs to the first service that lists it. */
const SERVICES: Readonly<Record<string, Service>> = {
  http: {
    group: 'web',
    tcp: [80, 81, 591, 3128, 8000, 8008, 8080, 8081, 8888],
  },
  ssl: { group: 'web', tcp: [443, 4443, 8443, 9443] },
  quic: { group: 'web', udp: [80, 443] },
  socks: { group: 'web', tcp: [1080], login: true },
  smtp: { group: 'mail', tcp: [25, 465, 587, 2525], login: true },
  pop3: { group: 'mail', tcp: [110, 995], login: true },
  imap: { group: 'mail', tcp: [143, 993], login: true },
  dns: { group: 'dns', tcp: [53], udp: [53] },
  'dns-tls': { group: 'dns', tcp: [853], udp: [853] },
  ssh: { group: 'admin', tcp: [22, 2222], login: true },
  telnet: { group: 'admin', tcp: [23, 2323], login: true },
  rlogin: { group: 'admin', tcp: [512, 513, 514], login: true },
  rdp: { group: 'admin', tcp: [3389], udp: [3389], login: true },
  vnc: { group: 'admin', tcp: [5800, 5900, 5901, 5902, 5903], login: true },
  winrm: { group: 'admin', tcp: [5985, 5986], login: true },
  adb: { group: 'admin', tcp: [5555] },
  teamviewer: { group: 'admin', tcp: [5938], udp: [5938] },
  x11: { group: 'admin', tcp: [6000, 6001] },
  docker: { group: 'admin', tcp: [2375, 2376] },
  ftp: { group: 'other', tcp: [21, 990], login: true },
  'ftp-data': { group: 'other', tcp: [20] },
  tftp: { group: 'infrastructure', udp: [69] },
  rsync: { group: 'other', tcp: [873] },
  nfs: { group: 'other', tcp: [2049], udp: [2049] },
  smb: { group: 'smb', tcp: [445, 139], login: true },
  'netbios-ns': { group: 'infrastructure', udp: [137] },
  'netbios-dgm': { group: 'infrastructure', udp: [138] },
  dce_rpc: { group: 'smb', tcp: [135, 593], udp: [135] },
  mysql: { group: 'database', tcp: [3306], login: true },
  postgresql: { group: 'database', tcp: [5432], login: true },
  mssql: { group: 'database', tcp: [1433], udp: [1434], login: true },
  oracle: { group: 'database', tcp: [1521], login: true },
  redis: { group: 'database', tcp: [6379], login: true },
  mongodb: { group: 'database', tcp: [27017, 27018], login: true },
  elasticsearch: { group: 'database', tcp: [9200, 9300] },
  memcached: { group: 'database', tcp: [11211], udp: [11211] },
  couchdb: { group: 'database', tcp: [5984] },
  cassandra: { group: 'database', tcp: [9042] },
  mqtt: { group: 'iot', tcp: [1883, 8883], login: true },
  coap: { group: 'iot', udp: [5683, 5684] },
  upnp: { group: 'iot', tcp: [5000, 49152, 37215, 52869] },
  tr069: { group: 'iot', tcp: [7547] },
  rtsp: { group: 'iot', tcp: [554, 8554], udp: [554], login: true },
  amqp: { group: 'iot', tcp: [5671, 5672] },
  modbus: { group: 'ics', tcp: [502], udp: [502] },
  s7comm: { group: 'ics', tcp: [102] },
  mms: { group: 'ics' },
  dnp3: { group: 'ics', tcp: [20000], udp: [20000] },
  enip: { group: 'ics', tcp: [44818], udp: [44818, 2222] },
  bacnet: { group: 'ics', udp: [47808] },
  iec104: { group: 'ics', tcp: [2404] },
  opcua: { group: 'ics', tcp: [4840] },
  fox: { group: 'ics', tcp: [1911, 4911] },
  profinet: { group: 'ics', tcp: [34962, 34963, 34964], udp: [34962, 34963, 34964] },
  omron: { group: 'ics', tcp: [9600], udp: [9600] },
  bittorrent: { group: 'p2p', tcp: [6881, 6882, 6883, 6889], udp: [6881] },
  edonkey: { group: 'p2p', tcp: [4662], udp: [4672] },
  gnutella: { group: 'p2p', tcp: [6346], udp: [6346] },
  bitcoin: { group: 'p2p', tcp: [8333] },
  irc: { group: 'chat', tcp: [194, 6660, 6661, 6662, 6663, 6664, 6665, 6666, 6667, 6668, 6669, 6697, 7000] },
  xmpp: { group: 'chat', tcp: [5222, 5223, 5269] },
  sip: { group: 'chat', tcp: [5060, 5061], udp: [5060, 5061], login: true },
  rtp: { group: 'chat', udp: [5004] },
  stun: { group: 'chat', tcp: [3478], udp: [3478, 3479, 19302] },
  stratum: { group: 'other', tcp: [3333, 14444, 45700] },
  /** No protocol: a program, or a shell, sent outright. */
  program: { group: 'other' },
  shell: { group: 'other' },
  dhcp: { group: 'infrastructure', udp: [67, 68] },
  dhcpv6: { group: 'infrastructure', udp: [546, 547] },
  ntp: { group: 'infrastructure', udp: [123] },
  mdns: { group: 'infrastructure', udp: [5353] },
  llmnr: { group: 'infrastructure', udp: [5355], tcp: [5355] },
  ssdp: { group: 'infrastructure', udp: [1900] },
  wsd: { group: 'infrastructure', udp: [3702], tcp: [5357] },
  snmp: { group: 'infrastructure', udp: [161, 162], tcp: [161, 162] },
  syslog: { group: 'infrastructure', udp: [514], tcp: [601, 6514] },
  kerberos: { group: 'infrastructure', tcp: [88, 464], udp: [88, 464], login: true },
  ldap: { group: 'infrastructure', tcp: [389, 636, 3268, 3269], udp: [389], login: true },
  radius: { group: 'infrastructure', udp: [1645, 1646, 1812, 1813] },
  portmap: { group: 'infrastructure', tcp: [111], udp: [111] },
  ident: { group: 'infrastructure', tcp: [113] },
  bgp: { group: 'infrastructure', tcp: [179] },
  rip: { group: 'infrastructure', udp: [520] },
  hsrp: { group: 'infrastructure', udp: [1985] },
  isakmp: { group: 'infrastructure', udp: [500, 4500] },
  openvpn: { group: 'infrastructure', udp: [1194], tcp: [1194] },
  wireguard: { group: 'infrastructure', udp: [51820] },
  pptp: { group: 'infrastructure', tcp: [1723] },
  l2tp: { group: 'infrastructure', udp: [1701] },
  chargen: { group: 'infrastructure', tcp: [19], udp: [19] },
  echo: { group: 'infrastructure', tcp: [7], udp: [7] },
  discard: { group: 'infrastructure', tcp: [9], udp: [9] },
  daytime: { group: 'infrastructure', tcp: [13], udp: [13] },
  qotd: { group: 'infrastructure', tcp: [17], udp: [17] },
  time: { group: 'infrastructure', tcp: [37], udp: [37] },
  finger: { group: 'infrastructure', tcp: [79] },
  whois: { group: 'infrastructure', tcp: [43] },
  nntp: { group: 'mail', tcp: [119, 563] },
  printer: { group: 'infrastructure', tcp: [515, 631, 9100] },
  icmp: { group: 'infrastructure' },
  igmp: { group: 'infrastructure' },
}; // prettier-ignore

/** Other words for the same thing, as logs and payload detectors use them. */
const SYNONYMS: Readonly<Record<string, string>> = {
  https: 'ssl',
  tls: 'ssl',
  http2: 'http',
  'http-alt': 'http',
  'ms-wbt-server': 'rdp',
  'microsoft-ds': 'smb',
  'netbios-ssn': 'smb',
  rfb: 'vnc',
  postgres: 'postgresql',
  krb: 'kerberos',
  krb_tcp: 'kerberos',
  ldap_tcp: 'ldap',
  ldap_udp: 'ldap',
  mongo: 'mongodb',
  tds: 'mssql',
  imaps: 'imap',
  pop3s: 'pop3',
  smtps: 'smtp',
  submission: 'smtp',
  dhcpv4: 'dhcp',
  bootp: 'dhcp',
  ipsec: 'isakmp',
};

const TCP = 6;
const UDP = 17;

const tcpNames = portTable((service) => service.tcp);
const udpNames = portTable((service) => service.udp);

function portTable(portsOf: (service: Service) => readonly number[] | undefined) {
  const names = new Map<number, string>();
  for (const [name, service] of Object.entries(SERVICES)) {
    for (const port of portsOf(service) ?? []) if (!names.has(port)) names.set(port, name);
  }
  return names;
}

/**
 * The service of a flow: `seen` in the payload (Zeek may list several: `gssapi,smb`), else by the responder's
 * port; `''` when neither says.
 */
export function serviceOf(protocol: number, port: number, seen: string): string {
  if (seen !== '') return knownName(seen);
  if (protocol === TCP) return tcpNames.get(port) ?? '';
  if (protocol === UDP) return udpNames.get(port) ?? '';
  if (protocol === 1 || protocol === 58) return 'icmp';
  return protocol === 2 ? 'igmp' : '';
}

/** Ports that clients use: DHCP's, DHCPv6's. */
const CLIENT_PORTS = new Set([68, 546]);

/** True when a service is known to listen on this port: what decides the direction of a flow without handshake. */
export function isServicePort(protocol: number, port: number): boolean {
  if (CLIENT_PORTS.has(port)) return false;
  return protocol === TCP ? tcpNames.has(port) : protocol === UDP && udpNames.has(port);
}

/** The group that a service of `serviceOf` belongs to; `'other'` for what no group has. */
export function serviceGroup(service: string): ServiceGroup {
  return lookUp(service)?.group ?? 'other';
}

/** True when the service asks for a password, so that guessing at it makes sense. */
export function isLoginService(service: string): boolean {
  return lookUp(service)?.login === true;
}

function lookUp(service: string): Service | undefined {
  return Object.hasOwn(SERVICES, service) ? SERVICES[service] : undefined;
}

function knownName(seen: string): string {
  let first = '';
  for (const part of seen.split(',')) {
    if (part === '' || part.startsWith('-')) continue; // Zeek 7 writes "-ssl" for an analyser that gave up
    const name = Object.hasOwn(SYNONYMS, part) ? SYNONYMS[part]! : part;
    if (lookUp(name) !== undefined) return name;
    if (first === '') first = name;
  }
  return first;
}
