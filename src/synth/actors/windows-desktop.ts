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
import { browseBeside } from '../sessions/background.ts';
import { lookUp } from '../sessions/dns-lookup.ts';
import { smbLogOn, smbNegotiate, smbWork } from '../sessions/smb-session.ts';
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
    every(p.domainS, () => askDomain(actor, controller));
    const user = invented(random);
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

/** Kerberos, LDAP and remote calls, as far as an outsider can tell them: sizes and ports. */
function* askDomain(actor: Self, controller: Endpoint): Script {
  const { network, random, host } = actor;
  for (const port of random.shuffle([88, 88, 389, 135, 49668]).slice(0, random.integer(1, 4))) {
    const tcp = new TcpConversation(network, random, host, controller, port);
    if ((yield* tcp.open()) !== 'open') return;
    for (let i = random.integer(1, 4); i > 0; i--) {
      yield* tcp.send('client', random.integer(200, 1800));
      yield* tcp.pause(random.exponential(0.003));
      yield* tcp.send('server', random.integer(200, 3000));
    }
    yield* tcp.close('client');
  }
}

function* workOnFiles(actor: Self, server: Endpoint, user: string): Script {
  const { network, random, host, parameters: p } = actor;
  const tcp = new TcpConversation(network, random, host, server, 445);
  if ((yield* tcp.open()) !== 'open') return;
  yield* smbNegotiate(actor, tcp);
  yield* smbLogOn(actor, tcp, { user, succeeds: random.chance(0.97), thinkS: 0.01 });
  for (let i = random.integer(1, 4); i > 0; i--) {
    const fileBytes = Math.min(500_000, random.logNormal(p.fileBytes, 1));
    yield* smbWork(actor, tcp, { calls: random.integer(2, 12), direction: random.chance(0.3) ? 'client' : 'server', fileBytes }); // prettier-ignore
    yield* tcp.pause(random.exponential(8));
  }
  yield* tcp.close('client');
}
