import { type Actor, defineActor, jittered, repeatedly } from '../actor.ts';
import { type Endpoint, takePort, turnaroundS } from '../endpoint.ts';
import { invented } from '../names.ts';
import type { Script } from '../network.ts';
import { count, flag, magnitude } from '../parameters.ts';
import { dhcpMessage } from '../payloads/dhcp-message.ts';
import { DNS_TYPES } from '../payloads/dns-message.ts';
import {
  linkLocalQuery,
  multicastDnsQuery,
  netbiosQuery,
  ssdpSearch,
} from '../payloads/discovery-message.ts';
import type { RpcInterface } from '../payloads/rpc-message.ts';
import { browseBeside } from '../sessions/background.ts';
import { lookUp } from '../sessions/dns-lookup.ts';
import { callDynamicPort, kerberosLogOn, searchDirectory } from '../sessions/domain-session.ts';
import { smbLogOn, smbNegotiate, smbWork } from '../sessions/smb-session.ts';
import { callThroughPipe, connectShare, moveFile } from '../sessions/smb-share.ts';
import { TcpConversation } from '../tcp-conversation.ts';

const parameters = {
  pagesPerHour: magnitude(10, 150),
  chatterS: magnitude(5, 120),
  fileServers: count(1, 5),
  fileWorkS: magnitude(30, 900),
  fileBytes: magnitude(2000, 400_000),
  domainS: magnitude(30, 900),
  /** Looks for names that its search list makes up, such as wpad and printers of the old office. */
  deadNames: count(1, 12),
  deadNameS: magnitude(10, 300),
  deadShare: flag(0.4),
  leaseS: magnitude(60, 3600),
  mistypes: magnitude(0.01, 0.15),
  /** SMB 3's encryption, which hides shares and files. */
  sealed: flag(0.4),
};

type Self = Actor<typeof parameters>;

/** A Windows machine in a domain: talks to controllers and file servers, and calls for names all day. */
export const windowsDesktop = defineActor({
  name: 'windows-desktop',
  family: 'benign',
  detail: 'client',
  summary: 'a domain member: SMB, Kerberos, LDAP, LLMNR and NetBIOS chatter, dead names, browsing',
  place: 'inside',
  stack: 'windows',
  parameters,
  *run(actor): Script {
    const { network, random, world, durationS, parameters: p } = actor;
    browseBeside(actor, p.pagesPerHour);
    const controller = world.insideHost({ label: 'benign/server', stack: 'windows' });
    const servers = Array.from({ length: p.fileServers }, () => world.insideHost({ label: 'benign/server', stack: 'windows' })); // prettier-ignore
    const every = (periodS: number, action: () => Script): void =>
      network.spawn(
        repeatedly(() => jittered(actor, Math.min(periodS, durationS / 3), 0.4), action),
        random.uniform(0, 5),
      );
    every(p.chatterS, () => chatter(actor));
    if (world.ipVersion === 4) every(p.leaseS, () => renewLease(actor));
    const user = invented(random);
    every(p.domainS, () => askDomain(actor, controller, user));
    every(p.fileWorkS, () => workOnFiles(actor, random.pick(servers), user));
    const names = Array.from({ length: p.deadNames }, () => `${random.pick(['wpad', 'isatap', 'prn', 'srv', invented(random)])}${random.integer(1, 40)}.corp.example`); // prettier-ignore
    every(p.deadNameS, () => lookUp(actor, actor.host, { name: random.pick(names), type: DNS_TYPES.A, answers: undefined })); // prettier-ignore
    if (p.deadShare) {
      const gone = world.insideHost();
      every(p.fileWorkS, function* () {
        yield* new TcpConversation(network, random, actor.host, gone, 445, {
          state: 'filtered',
          retries: 2,
        }).open();
      });
    }
    yield 0;
  },
});

function* chatter(actor: Self): Script {
  const { network, random, host, world } = actor;
  const group = (last: number): Endpoint =>
    world.hostAt(world.ipVersion === 4 ? Uint32Array.of(0, 0, 0xffff, last) : Uint32Array.of(0xff020000, 0, 0, last & 0xffff), true); // prettier-ignore
  const name = invented(random);
  const kind = random.uniform();
  for (let i = 0; i < random.integer(1, 3); i++) {
    if (kind < 0.35)
      network.udp(
        host,
        group(0xe00000fc),
        [takePort(host, random), 5355],
        linkLocalQuery(random, name),
      );
    else if (kind < 0.65 && world.ipVersion === 4)
      network.udp(host, world.hostAt(world.insideAt(world.insideSize - 1), true), [137, 137], netbiosQuery(random, name)); // prettier-ignore
    else if (kind < 0.85)
      network.udp(host, group(0xe00000fb), [5353, 5353], multicastDnsQuery(random));
    else network.udp(host, group(0xeffffffa), [takePort(host, random), 1900], ssdpSearch(random));
    yield 0.4;
  }
}

/** DHCP's renewal: a request straight to the server, and its answer (RFC 2131 §4.3.2). */
function* renewLease(actor: Self): Script {
  const { network, random, host, world } = actor;
  const transaction = random.word();
  const fields = {
    transaction,
    mac: host.mac,
    yours: host.address[3]!,
    server: world.router.address[3]!,
  };
  network.udp(host, world.router, [68, 67], dhcpMessage(random, 'request', fields));
  yield turnaroundS(world.router, random);
  network.udp(world.router, host, [67, 68], dhcpMessage(random, 'ack', fields));
}

/** What a member asks its controller: tickets, the directory, policies, names of accounts. */
function* askDomain(actor: Self, controller: Endpoint, user: string): Script {
  const { network, random, host, parameters: p } = actor;
  const kind = random.uniform();
  if (kind < 0.35) {
    const services = random.shuffle(['cifs/files', 'ldap/dc', 'host/pc', 'http/intranet']).slice(0, random.integer(0, 3)); // prettier-ignore
    const failures = random.chance(p.mistypes) ? random.integer(1, 3) : 0;
    yield* kerberosLogOn(actor, host, controller, { user, failures, services });
  } else if (kind < 0.6) {
    yield* searchDirectory(actor, host, controller, { searches: random.integer(1, 6), name: '', failures: 0 }); // prettier-ignore
  } else if (kind < 0.8) {
    const name = random.pick(['netlogon', 'lsarpc', 'samr', 'drsuapi'] as const);
    const operations = Array.from({ length: random.integer(1, 5) }, () => random.integer(0, 45));
    yield* callDynamicPort(actor, host, controller, { interface: name, operations });
  } else {
    const tcp = new TcpConversation(network, random, host, controller, 445);
    if ((yield* tcp.open()) !== 'open') return;
    yield* smbNegotiate(actor, tcp);
    yield* smbLogOn(actor, tcp, { user, succeeds: true, thinkS: 0.01 });
    yield* callPipes(actor, tcp, controller, ['netlogon', 'lsarpc', 'samr', 'wkssvc']);
    yield* connectShare(actor, tcp, `\\\\${controller.text}\\SYSVOL`);
    yield* moveFile(actor, tcp, { name: 'corp.example\\Policies\\gpt.ini', bytes: 60, from: 'server' }); // prettier-ignore
    yield* tcp.close('client');
  }
}

function* callPipes(
  actor: Self,
  tcp: TcpConversation,
  server: Endpoint,
  names: readonly RpcInterface[],
): Script {
  const { random } = actor;
  yield* connectShare(actor, tcp, `\\\\${server.text}\\IPC$`);
  for (const name of random.shuffle(names).slice(0, random.integer(1, 2))) {
    const operations = Array.from({ length: random.integer(1, 6) }, () => random.integer(96, 110));
    yield* callThroughPipe(actor, tcp, { interface: name, operations, upBytes: 120, downBytes: 200 }); // prettier-ignore
  }
}

/** Files of a share; whose server does not encrypt shows its shares, names and printers. */
function* workOnFiles(actor: Self, server: Endpoint, user: string): Script {
  const { network, random, host, parameters: p } = actor;
  const tcp = new TcpConversation(network, random, host, server, 445);
  if ((yield* tcp.open()) !== 'open') return;
  yield* smbNegotiate(actor, tcp);
  const succeeds = !random.chance(p.mistypes);
  yield* smbLogOn(actor, tcp, { user, succeeds, thinkS: 0.01 });
  const share = `\\\\${server.text}\\${random.pick(['data', 'home', 'public', 'projects'])}`;
  if (!p.sealed && succeeds) {
    if (random.chance(0.5)) yield* callPipes(actor, tcp, server, ['srvsvc', 'srvsvc', 'spoolss', 'lsarpc']); // prettier-ignore
    yield* connectShare(actor, tcp, share, random.chance(0.96));
  }
  for (let i = succeeds ? random.integer(1, 4) : 0; i > 0; i--) {
    const fileBytes = Math.min(500_000, random.logNormal(p.fileBytes, 1));
    const direction = random.chance(0.3) ? 'client' : 'server';
    if (p.sealed) {
      yield* smbWork(actor, tcp, { calls: random.integer(2, 12), direction, fileBytes });
    } else {
      const name = `${invented(random)}\\${invented(random)}${random.pick(['.docx', '.xlsx', '.pdf', '.exe', '.tmp', '.lnk'])}`;
      yield* moveFile(actor, tcp, { name, bytes: fileBytes, from: direction, exists: random.chance(0.85) }); // prettier-ignore
    }
    yield* tcp.pause(random.exponential(8));
  }
  yield* tcp.close('client');
}
