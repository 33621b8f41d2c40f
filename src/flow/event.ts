import type { Flow } from './flow.ts';

/**
 * Application events: what one message said, read from the packet that completed it (or from one log line). The
 * originator is the client side of the conversation, for answers too. Optional fields are absent where an input
 * cannot show them.
 */
interface EventBase {
  readonly timeUs: number;
  readonly originator: string;
  readonly originatorPort: number;
  readonly responder: string;
  readonly responderPort: number;
  readonly protocol: number;
}

export interface DnsQueryEvent extends EventBase {
  readonly kind: 'dns-query';
  /** Lower case, without the final dot; `''` is the root. Bytes outside printable ASCII are `?`. */
  readonly name: string;
  /** RR TYPE number: 1 A, 28 AAAA, 16 TXT, 10 NULL, 5 CNAME, 15 MX, 12 PTR … (`NaN` unknown). */
  readonly queryType: number;
}

export interface DnsResponseEvent extends EventBase {
  readonly kind: 'dns-response';
  readonly name: string;
  readonly queryType: number;
  /** RCODE: 0 NOERROR, 3 NXDOMAIN … */
  readonly responseCode: number;
  readonly answers: number;
  /** Bytes of the DNS message (`NaN` where a log does not say). */
  readonly messageBytes: number;
  /** Addresses among the answers, canonical, at most 16. */
  readonly addresses: readonly string[];
  /** Smallest TTL among the answers, seconds; `NaN` without answers. */
  readonly minTtl: number;
}

export interface HttpRequestEvent extends EventBase {
  readonly kind: 'http-request';
  readonly method: string;
  readonly host: string;
  /** At most 2,048 characters. */
  readonly uri: string;
  readonly userAgent: string;
  /** A Referer header was there. */
  readonly hasReferer?: boolean;
  /** Media type without parameters, lower case; `''` without the header. */
  readonly contentType?: string;
  /** `NaN` without the header. */
  readonly contentLength?: number;
}

export interface HttpResponseEvent extends EventBase {
  readonly kind: 'http-response';
  readonly status: number;
  /** The body begins as a program does (PE, ELF); absent where it does not or cannot be seen. */
  readonly isProgram?: boolean;
  /** As in a request. */
  readonly contentType?: string;
  readonly contentLength?: number;
}

export interface TlsClientHelloEvent extends EventBase {
  readonly kind: 'tls-client-hello';
  /** `''` when the extension is not there. */
  readonly serverName: string;
  /** JA4 (FoxIO) of the hello, `''` where a log does not give it. */
  readonly fingerprint: string;
  /** JA3 (MD5, hexadecimal); `''` of a hello that is not whole. */
  readonly ja3?: string;
  /** Highest version offered, as on the wire. */
  readonly version?: number;
  /** ALPN protocols offered, in their order, at most 16. */
  readonly alpn?: readonly string[];
}

export interface TlsServerHelloEvent extends EventBase {
  readonly kind: 'tls-server-hello';
  /** Wire version after supported_versions: 0x0303 TLS 1.2, 0x0304 TLS 1.3; `NaN` unknown. */
  readonly version: number;
  /** A log said the certificate could not be validated: `true`; `undefined` where it does not say. */
  readonly selfSigned: boolean | undefined;
  /** JA3S (MD5, hexadecimal); `''` of a hello that is not whole. */
  readonly ja3s?: string;
  /** The cipher suite chosen, as on the wire. */
  readonly cipherSuite?: number;
  /** The ALPN protocol chosen where it is said in the clear, else `''`. */
  readonly alpn?: string;
}

/** A server's own certificate (the first of its chain), which TLS up to 1.2 sends in the clear. */
export interface TlsCertificateEvent extends EventBase {
  readonly kind: 'tls-certificate';
  /** Common names, `''` without one. */
  readonly subject: string;
  readonly issuer: string;
  /** dNSName entries of the subject alternative name, lower case, at most 64. */
  readonly dnsNames: readonly string[];
  /** Validity, µs since the Unix epoch; `NaN` if it cannot be read. */
  readonly notBeforeUs: number;
  readonly notAfterUs: number;
  /** Subject and issuer are the same to the byte. */
  readonly selfSigned: boolean;
}

export interface SshBannerEvent extends EventBase {
  readonly kind: 'ssh-banner';
  readonly fromClient: boolean;
  /** Software version field, RFC 4253 §4.2. */
  readonly software: string;
}

/** One side's SSH_MSG_KEXINIT (RFC 4253 §7.1). */
export interface SshKeyExchangeEvent extends EventBase {
  readonly kind: 'ssh-key-exchange';
  readonly fromClient: boolean;
  /** HASSH of a client, hasshServer of a server (MD5, hexadecimal). */
  readonly hassh: string;
}

/**
 * A login: an attempt (`unknown`: what the client sent, with the name it gave) or what the answer tells
 * (`success`, `failure`). A packet is read by itself, so the two are two events, and most answers have no name.
 */
export interface LoginEvent extends EventBase {
  readonly kind: 'login';
  /** `ssh`, `ftp`, `smtp`, `telnet`, `http`, `smb`, `rdp`, `mysql`, `postgresql` … */
  readonly service: string;
  /** `unknown` also where the server let somebody in without asking who it is (guest, null session). */
  readonly outcome: 'success' | 'failure' | 'unknown';
  readonly userName: string;
  /** The server is a honeypot, which nobody has a reason to log in to. */
  readonly atHoneypot?: boolean;
}

/** Services whose conversation is a list of verbs. */
export type CommandService =
  | 'smtp'
  | 'irc'
  | 'ftp'
  | 'stratum'
  | 'pop3'
  | 'imap'
  | 'redis'
  | 'sip'
  | 'rtsp'
  | 'ldap'
  | 'kerberos'
  | 'socks'
  | 'tftp'
  | 'ntp'
  | 'ssdp'
  | 'bittorrent';

/** A command that the client gave. */
export interface CommandEvent extends EventBase {
  readonly kind: 'command';
  readonly service: CommandService;
  /**
   * Upper case verb: MAIL, RCPT, NICK, PRIVMSG, STOR, CONFIG, MONLIST … ; for stratum its JSON-RPC method (the
   * pool's too), for BitTorrent's DHT the query's name.
   */
  readonly verb: string;
}

/** An SMB command that names something or was refused (reads, writes and closes that went well are left out). */
export interface SmbEvent extends EventBase {
  readonly kind: 'smb';
  /** Dialect family: 1 or 2 (SMB 2 and 3). */
  readonly version: 1 | 2;
  /** MS-SMB2's or MS-CIFS's name without prefix: TREE_CONNECT, CREATE, NT_CREATE_ANDX, TRANS2_SESSION_SETUP … */
  readonly command: string;
  /** Share (`\\\\host\\IPC$`), pipe or file as the request names it, at most 260 characters; `''` in answers. */
  readonly path: string;
  /** NTSTATUS of an answer; `NaN` for a request. */
  readonly status: number;
}

/** A DCE/RPC bind (`operation` is `NaN`) or request. */
export interface RpcEvent extends EventBase {
  readonly kind: 'rpc';
  /** Zeek's endpoint name (`svcctl`, `samr` …), else the UUID; `''` in a request, which names only its context. */
  readonly interface: string;
  /** Operation number of a request. */
  readonly operation: number;
  /** Presentation context of the connection that joins a request to its bind; `NaN` where there is none. */
  readonly contextId: number;
}

/** Who an NTLM AUTHENTICATE message says it is (MS-NLMP §2.2.1.3), whatever carries it. */
export interface NtlmEvent extends EventBase {
  readonly kind: 'ntlm';
  readonly userName: string;
  readonly domainName: string;
  /** The workstation's name. */
  readonly hostName: string;
}

export interface DhcpEvent extends EventBase {
  readonly kind: 'dhcp';
  /** Option 53 (RFC 2132 §9.6): 1 DISCOVER, 3 REQUEST, 5 ACK, 6 NAK … ; `NaN` for BOOTP. */
  readonly messageType: number;
  /** Option 12. */
  readonly hostName: string;
  /** Option 60. */
  readonly vendorClass: string;
  /** The client's hardware address. */
  readonly hardwareAddress: string;
}

export interface SnmpEvent extends EventBase {
  readonly kind: 'snmp';
  /** 1, 2 (2c) or 3. */
  readonly version: number;
  /** GET, GETNEXT, RESPONSE, SET, TRAP, GETBULK, INFORM, REPORT; `''` where version 3 hides it. */
  readonly operation: string;
  /** The community itself is a password and is not kept: `default` is `public` or `private`; `none` in version 3. */
  readonly community: 'default' | 'other' | 'none';
}

/** What another detector said of this traffic: shown as evidence, never learnt from. */
export interface AlertEvent extends EventBase {
  readonly kind: 'alert';
  /** Who said it: `suricata`, `zeek`. The originator is the alert's source; without a target it is the responder too. */
  readonly detector: string;
  /** The signature's or notice's text, at most 256 characters. */
  readonly signature: string;
  readonly category: string;
  /** 1 is the gravest; `NaN` where the detector has no such scale. */
  readonly severity: number;
  /** Suricata's `sid`; `NaN` without one. */
  readonly signatureId: number;
}

export type AppEvent =
  | AlertEvent
  | DnsQueryEvent
  | DnsResponseEvent
  | HttpRequestEvent
  | HttpResponseEvent
  | TlsClientHelloEvent
  | TlsServerHelloEvent
  | TlsCertificateEvent
  | SshBannerEvent
  | SshKeyExchangeEvent
  | LoginEvent
  | CommandEvent
  | SmbEvent
  | RpcEvent
  | NtlmEvent
  | DhcpEvent
  | SnmpEvent;

export type EventKind = AppEvent['kind'];

/** Which kinds of facts an input can show at all; a feature that needs another kind is `NaN`. */
export interface Visibility {
  /** Packet and IP byte counts of flows. */
  readonly packets: boolean;
  /** `connState`. */
  readonly connState: boolean;
  /** `history` (handshake details). */
  readonly history: boolean;
  readonly dns: boolean;
  readonly http: boolean;
  readonly tls: boolean;
  readonly ssh: boolean;
  /** What only packets tell: SMB, RPC, SNMP, DHCP, HASSH, mining pools, ICMP errors. Absent is `false`. */
  readonly payload?: boolean;
}

/** Where a reader puts what it reads. */
export interface TrafficSink {
  flow(flow: Flow): void;
  event(event: AppEvent): void;
  /** Called by a reader before the first flow: what this input can show. Several inputs are joined by "or". */
  visibility(shown: Visibility): void;
  /** Counts of what could not be read, by reason, added up. */
  skipped(reason: string, count: number): void;
}
