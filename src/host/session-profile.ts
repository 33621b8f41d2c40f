import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import type {
  CommandEvent,
  LoginEvent,
  SshBannerEvent,
  TlsClientHelloEvent,
  TlsServerHelloEvent,
} from '../flow/event.ts';
import { addCells, readCells, writeCells } from '../stats/cells.ts';
import { CategoryCounts } from '../stats/counts.ts';
import { DistinctCounter } from '../stats/distinct.ts';
import { hashText } from '../stats/hash.ts';
import { saturatingAdd } from '../stats/whole-number.ts';

const COUNTERS = [
  'clientHellos', 'unnamedHellos', 'serverHellos', 'oldVersions', 'selfSigned',
  'sshBanners', 'loginFailures', 'loginSuccesses', 'mails', 'recipients', 'ircCommands', 'miningCommands',
] as const; // prettier-ignore

type SessionCounter = (typeof COUNTERS)[number];

/** What one host did as a client of TLS, SSH, logins, mail, chat and mining pools. */
export class SessionProfile {
  readonly counters = new Float64Array(COUNTERS.length);
  readonly serverNames = new DistinctCounter();
  readonly tlsFingerprints = new DistinctCounter();
  readonly sshSoftware = new DistinctCounter();
  readonly userNames = new DistinctCounter();
  readonly loginServices = new CategoryCounts();

  count(counter: SessionCounter): number {
    return this.counters[COUNTERS.indexOf(counter)]!;
  }

  addClientHello(event: TlsClientHelloEvent): void {
    this.#bump('clientHellos', 1);
    if (event.serverName === '') this.#bump('unnamedHellos', 1);
    else this.serverNames.add(hashText(event.serverName));
    if (event.fingerprint !== '') this.tlsFingerprints.add(hashText(event.fingerprint));
  }

  addServerHello(event: TlsServerHelloEvent): void {
    this.#bump('serverHellos', 1);
    if (event.version < 0x0303) this.#bump('oldVersions', 1);
    if (event.selfSigned === true) this.#bump('selfSigned', 1);
  }

  addSshBanner(event: SshBannerEvent): void {
    if (!event.fromClient) return;
    this.#bump('sshBanners', 1);
    this.sshSoftware.add(hashText(event.software));
  }

  addLogin(event: LoginEvent): void {
    if (event.outcome === 'failure') this.#bump('loginFailures', 1);
    if (event.outcome === 'success') this.#bump('loginSuccesses', 1);
    if (event.userName !== '') this.userNames.add(hashText(event.userName));
    this.loginServices.add(event.service);
  }

  addCommand(event: CommandEvent): void {
    if (event.service === 'smtp' && event.verb === 'MAIL') this.#bump('mails', 1);
    if (event.service === 'smtp' && event.verb === 'RCPT') this.#bump('recipients', 1);
    if (event.service === 'irc') this.#bump('ircCommands', 1);
    if (event.service === 'stratum') this.#bump('miningCommands', 1);
  }

  merge(other: SessionProfile): void {
    addCells(this.counters, other.counters);
    this.serverNames.merge(other.serverNames);
    this.tlsFingerprints.merge(other.tlsFingerprints);
    this.sshSoftware.merge(other.sshSoftware);
    this.userNames.merge(other.userNames);
    this.loginServices.merge(other.loginServices);
  }

  encode(writer: ByteWriter): void {
    writeCells(writer, this.counters);
    this.serverNames.encode(writer);
    this.tlsFingerprints.encode(writer);
    this.sshSoftware.encode(writer);
    this.userNames.encode(writer);
    this.loginServices.encode(writer);
  }

  static decode(reader: ByteReader): SessionProfile {
    const session = new SessionProfile();
    readCells(reader, session.counters);
    session.serverNames.merge(DistinctCounter.decode(reader));
    session.tlsFingerprints.merge(DistinctCounter.decode(reader));
    session.sshSoftware.merge(DistinctCounter.decode(reader));
    session.userNames.merge(DistinctCounter.decode(reader));
    session.loginServices.merge(CategoryCounts.decode(reader));
    return reader.truncated ? new SessionProfile() : session;
  }

  #bump(counter: SessionCounter, by: number): void {
    const index = COUNTERS.indexOf(counter);
    this.counters[index] = saturatingAdd(this.counters[index]!, by);
  }
}
