import type { Flow } from './flow.ts';

/**
 * Application events: what one message said. Each is read from one packet (or one log line) by itself, so
 * that a capture can be cut anywhere. The originator is the client side of the conversation, for answers too.
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
}

export interface HttpResponseEvent extends EventBase {
  readonly kind: 'http-response';
  readonly status: number;
}

export interface TlsClientHelloEvent extends EventBase {
  readonly kind: 'tls-client-hello';
  /** `''` when the extension is not there. */
  readonly serverName: string;
  /** JA4 (FoxIO) of the hello, `''` where a log does not give it. */
  readonly fingerprint: string;
}

export interface TlsServerHelloEvent extends EventBase {
  readonly kind: 'tls-server-hello';
  /** Wire version after supported_versions: 0x0303 TLS 1.2, 0x0304 TLS 1.3; `NaN` unknown. */
  readonly version: number;
  /** A log said the certificate could not be validated: `true`; `undefined` where it does not say. */
  readonly selfSigned: boolean | undefined;
}

export interface SshBannerEvent extends EventBase {
  readonly kind: 'ssh-banner';
  readonly fromClient: boolean;
  /** Software version field, RFC 4253 §4.2. */
  readonly software: string;
}

/** A login that a protocol's answer or a log tells the outcome of. */
export interface LoginEvent extends EventBase {
  readonly kind: 'login';
  /** `ssh`, `ftp`, `smtp`, `telnet`, `http`, `smb`, `rdp`, `mysql`, `postgres` … */
  readonly service: string;
  readonly outcome: 'success' | 'failure' | 'unknown';
  readonly userName: string;
}

/** A command of a text protocol that carries mail or chat: SMTP, IRC. */
export interface CommandEvent extends EventBase {
  readonly kind: 'command';
  readonly service: 'smtp' | 'irc' | 'ftp' | 'stratum';
  /** Upper case verb: MAIL, RCPT, NICK, PRIVMSG, STOR … ; for stratum its JSON-RPC method. */
  readonly verb: string;
}

export type AppEvent =
  | DnsQueryEvent
  | DnsResponseEvent
  | HttpRequestEvent
  | HttpResponseEvent
  | TlsClientHelloEvent
  | TlsServerHelloEvent
  | SshBannerEvent
  | LoginEvent
  | CommandEvent;

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
