import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type {
  CommandEvent,
  DhcpEvent,
  LoginEvent,
  SnmpEvent,
  SshBannerEvent,
  SshKeyExchangeEvent,
  TlsCertificateEvent,
  TlsClientHelloEvent,
  TlsServerHelloEvent,
} from '../flow/event.ts';
import { addCells, readCells, writeCells } from '../stats/cells.ts';
import { CategoryCounts } from '../stats/counts.ts';
import { DistinctTimes } from '../stats/distinct-times.ts';
import { DistinctCounter } from '../stats/distinct.ts';
import { hashText } from '../stats/hash.ts';
import { saturatingAdd } from '../stats/whole-number.ts';
import { serviceOf } from '../flow/service.ts';

const COUNTERS = [
  'clientHellos', 'unnamedHellos', 'serverHellos', 'oldVersions', 'selfSigned',
  'sshBanners', 'loginFailures', 'loginSuccesses', 'mails', 'recipients', 'ircCommands', 'miningCommands',
  'certificates', 'selfSignedCertificates', 'namedAttempts', 'namedAnswers', 'snmpRequests', 'snmpDefaultRequests', 'dhcpDiscovers',
  'unlistedPortHellos', 'honeypotLogins', 'ftpUploads',
] as const; // prettier-ignore

type SessionCounter = (typeof COUNTERS)[number];

const MINUTE_US = 60e6;
const DHCP_DISCOVER = 1;
const SNMP_REQUESTS: ReadonlySet<string> = new Set(['GET', 'GETNEXT', 'GETBULK', 'SET']);
/** FTP's ways to send a file (RFC 959 §4.1.3). */
const UPLOADS: ReadonlySet<string> = new Set(['STOR', 'STOU', 'APPE']);
/** A numeric reply, or what servers say as well as clients. */
const NOT_OF_THE_CLIENT = /^(\d|PING$|NOTICE$)/;

/** True for a command of IRC that only a client gives. */
export function isIrcCommand({ service, verb }: CommandEvent): boolean {
  return service === 'irc' && !NOT_OF_THE_CLIENT.test(verb);
}

type SessionEvent =
  | TlsClientHelloEvent
  | TlsServerHelloEvent
  | TlsCertificateEvent
  | SshBannerEvent
  | SshKeyExchangeEvent
  | LoginEvent
  | CommandEvent
  | SnmpEvent
  | DhcpEvent;

/** What one host did as a client of TLS, SSH, logins, mail, chat, mining pools, SNMP and DHCP. */
export class SessionProfile {
  readonly counters = new Float64Array(COUNTERS.length);
  serverNames = new DistinctCounter();
  tlsFingerprints = new DistinctCounter();
  sshSoftware = new DistinctCounter();
  hasshes = new DistinctCounter();
  userNames = new DistinctCounter();
  loginServices = new CategoryCounts();
  miningMinutes = new DistinctTimes(MINUTE_US);
  /** Hardware addresses it asked DHCP for an address with. */
  dhcpClients = new DistinctCounter();

  count(counter: SessionCounter): number {
    return this.counters[COUNTERS.indexOf(counter)]!;
  }

  add(event: SessionEvent): void {
    switch (event.kind) {
      case 'tls-client-hello':
        this.#addClientHello(event);
        break;
      case 'tls-server-hello':
        this.#addServerHello(event);
        break;
      case 'tls-certificate':
        this.#addCertificate(event);
        break;
      case 'ssh-banner':
        this.#addSshBanner(event);
        break;
      case 'ssh-key-exchange':
        this.#addSshKeyExchange(event);
        break;
      case 'login':
        this.#addLogin(event);
        break;
      case 'command':
        this.#addCommand(event);
        break;
      case 'snmp':
        this.#addSnmp(event);
        break;
      case 'dhcp':
        this.#addDhcp(event);
        break;
    }
  }

  #addClientHello(event: TlsClientHelloEvent): void {
    this.#bump('clientHellos', 1);
    if (serviceOf(event.protocol, event.responderPort, '') === '')
      this.#bump('unlistedPortHellos', 1);
    if (event.serverName === '') this.#bump('unnamedHellos', 1);
    else this.serverNames.add(hashText(event.serverName));
    if (event.fingerprint !== '') this.tlsFingerprints.add(hashText(event.fingerprint));
  }

  #addServerHello(event: TlsServerHelloEvent): void {
    this.#bump('serverHellos', 1);
    if (event.version < 0x0303) this.#bump('oldVersions', 1);
    if (event.selfSigned === true) this.#bump('selfSigned', 1);
  }

  #addCertificate(event: TlsCertificateEvent): void {
    this.#bump('certificates', 1);
    if (event.selfSigned) this.#bump('selfSignedCertificates', 1);
  }

  #addSshBanner(event: SshBannerEvent): void {
    if (!event.fromClient) return;
    this.#bump('sshBanners', 1);
    this.sshSoftware.add(hashText(event.software));
  }

  #addSshKeyExchange(event: SshKeyExchangeEvent): void {
    if (event.fromClient && event.hassh !== '') this.hasshes.add(hashText(event.hassh));
  }

  #addLogin(event: LoginEvent): void {
    if (event.outcome === 'failure') this.#bump('loginFailures', 1);
    if (event.outcome === 'success') this.#bump('loginSuccesses', 1);
    if (event.atHoneypot === true) this.#bump('honeypotLogins', 1);
    this.loginServices.add(event.service);
    if (event.userName === '' || isUnproven(event)) return;
    this.#bump(event.outcome === 'unknown' ? 'namedAttempts' : 'namedAnswers', 1);
    this.userNames.add(hashText(event.userName));
  }

  #addCommand(event: CommandEvent): void {
    if (event.service === 'smtp' && event.verb === 'MAIL') this.#bump('mails', 1);
    if (event.service === 'smtp' && event.verb === 'RCPT') this.#bump('recipients', 1);
    if (isIrcCommand(event)) this.#bump('ircCommands', 1);
    if (event.service === 'ftp' && UPLOADS.has(event.verb)) this.#bump('ftpUploads', 1);
    if (event.service !== 'stratum') return;
    this.#bump('miningCommands', 1);
    this.miningMinutes.add(event.timeUs);
  }

  #addSnmp(event: SnmpEvent): void {
    if (!SNMP_REQUESTS.has(event.operation)) return;
    this.#bump('snmpRequests', 1);
    if (event.community === 'default') this.#bump('snmpDefaultRequests', 1);
  }

  #addDhcp(event: DhcpEvent): void {
    if (event.messageType !== DHCP_DISCOVER) return;
    this.#bump('dhcpDiscovers', 1);
    if (event.hardwareAddress !== '') this.dhcpClients.add(hashText(event.hardwareAddress));
  }

  merge(other: SessionProfile): void {
    addCells(this.counters, other.counters);
    this.serverNames.merge(other.serverNames);
    this.tlsFingerprints.merge(other.tlsFingerprints);
    this.sshSoftware.merge(other.sshSoftware);
    this.hasshes.merge(other.hasshes);
    this.userNames.merge(other.userNames);
    this.loginServices.merge(other.loginServices);
    this.miningMinutes.merge(other.miningMinutes);
    this.dhcpClients.merge(other.dhcpClients);
  }

  encode(writer: ByteWriter): void {
    writeCells(writer, this.counters);
    this.serverNames.encode(writer);
    this.tlsFingerprints.encode(writer);
    this.sshSoftware.encode(writer);
    this.hasshes.encode(writer);
    this.userNames.encode(writer);
    this.loginServices.encode(writer);
    this.miningMinutes.encode(writer);
    this.dhcpClients.encode(writer);
  }

  static decode(reader: ByteReader): SessionProfile {
    const session = new SessionProfile();
    readCells(reader, session.counters);
    session.serverNames = DistinctCounter.decode(reader);
    session.tlsFingerprints = DistinctCounter.decode(reader);
    session.sshSoftware = DistinctCounter.decode(reader);
    session.hasshes = DistinctCounter.decode(reader);
    session.userNames = DistinctCounter.decode(reader);
    session.loginServices = CategoryCounts.decode(reader);
    session.miningMinutes = DistinctTimes.decode(reader, MINUTE_US);
    session.dhcpClients = DistinctCounter.decode(reader);
    return reader.truncated ? new SessionProfile() : session;
  }

  #bump(counter: SessionCounter, by: number): void {
    const index = COUNTERS.indexOf(counter);
    this.counters[index] = saturatingAdd(this.counters[index]!, by);
  }
}

/** An SMB server let somebody in without asking for a name: what stands for the name is no user's. */
function isUnproven({ service, outcome, userName }: LoginEvent): boolean {
  return (
    service === 'smb' && outcome === 'unknown' && (userName === 'guest' || userName === 'anonymous')
  );
}
