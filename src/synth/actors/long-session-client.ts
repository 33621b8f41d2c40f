import { type Actor, defineActor, jittered } from '../actor.ts';
import { takePort, turnaroundS } from '../endpoint.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude, oneOf } from '../parameters.ts';
import { browseBeside } from '../sessions/background.ts';
import { resolve } from '../sessions/dns-lookup.ts';
import { type Persona, programPersona } from '../sessions/persona.ts';
import { rdpDesktop, rdpLogOn } from '../sessions/rdp-session.ts';
import { sshAttempt, sshHandshake, sshShell } from '../sessions/ssh-session.ts';
import { sendSecret, tlsHandshake } from '../sessions/tls-session.ts';
import { TcpConversation } from '../tcp-conversation.ts';
import type { Site } from '../world.ts';

const parameters = {
  kind: oneOf('vpn', 'support', 'feed', 'messenger', 'messenger', 'remote-desktop', 'shell', 'tls-vpn'), // prettier-ignore
  sessions: count(1, 3),
  keepAliveS: magnitude(2, 90),
  keepAliveBytes: count(1, 160),
  /** Bursts in both directions, when somebody works. */
  workS: magnitude(1, 200),
  workBytes: magnitude(80, 30_000),
  upShare: between(0.1, 0.6),
  sessionS: magnitude(60, 5000),
  failedShare: between(0, 0.2),
  standardPort: flag(0.4),
  browses: flag(0.5),
};

type Self = Actor<typeof parameters>;

/** What a trojan's connection looks like when it means well: VPNs, remote support, market feeds, messengers, desktops. */
export const longSessionClient = defineActor({
  name: 'long-session-client',
  family: 'benign',
  detail: 'client',
  summary:
    'keeps long connections of its own protocols open: VPN, remote support, feeds, messengers',
  place: 'inside',
  parameters,
  *run(actor): Script {
    const { network, random, world, durationS, parameters: p } = actor;
    if (p.browses) browseBeside(actor, random.logUniform(5, 100));
    for (let i = 0; i < p.sessions; i++) {
      const script = p.kind === 'vpn' ? datagrams(actor, world.site()) : connections(actor, world.site()); // prettier-ignore
      network.spawn(script, random.uniform(0, durationS / 6));
    }
    yield 0;
  },
});

function* connections(actor: Self, site: Site): Script {
  const { network, random, host, parameters: p } = actor;
  const persona = programPersona(random);
  const usual = { vpn: 443, support: 443, feed: 443, messenger: 443, 'remote-desktop': 3389, shell: 22, 'tls-vpn': 443 }[p.kind]; // prettier-ignore
  const port = p.standardPort || p.kind === 'shell' || p.kind === 'remote-desktop' ? usual : random.integer(1024, 60_000); // prettier-ignore
  for (;;) {
    yield* resolve(actor, host, persona, site);
    const state = random.chance(p.failedShare) ? random.pick(['closed', 'filtered'] as const) : 'open'; // prettier-ignore
    const tcp = new TcpConversation(network, random, host, site.servers[0]!, port, { state });
    if ((yield* tcp.open()) === 'open') {
      if (p.kind === 'shell') {
        yield* sshHandshake(actor, tcp, { client: 'OpenSSH_9.2p1 Debian-2+deb12u2', server: 'OpenSSH_9.6' }); // prettier-ignore
        yield* sshAttempt(actor, tcp, 12, 0.05);
        yield* sshShell(actor, tcp, random.integer(2, 12));
      } else if (p.kind === 'remote-desktop') {
        yield* rdpLogOn(actor, tcp, { user: 'home', shape: 'schannel', thinkS: 0.05 });
        yield* rdpDesktop(actor, tcp, random.integer(3, 15));
      } else {
        yield* work(actor, tcp, site, persona);
      }
      const end = random.uniform();
      if (end < 0.3) yield* tcp.reset(random.pick(['client', 'server'] as const));
      else yield* tcp.close(random.pick(['client', 'server'] as const));
    }
    yield random.exponential(20);
  }
}

/** Keep-alives by a clock, and work without one. */
function* work(actor: Self, tcp: TcpConversation, site: Site, persona: Persona): Script {
  const { random, durationS, parameters: p } = actor;
  const isSealed = p.kind === 'tls-vpn' || (p.kind !== 'feed' && p.standardPort);
  if (isSealed) yield* tlsHandshake(actor, tcp, { shape: persona.helloShape, serverName: random.chance(0.8) ? site.name : '', tls13: random.chance(0.5) }); // prettier-ignore
  const say = (side: 'client' | 'server', bytes: number): Script => {
    const size = Math.max(1, Math.ceil(bytes));
    return isSealed ? sendSecret(actor, tcp, side, size) : tcp.send(side, size);
  };
  yield* say('client', random.integer(40, 900));
  yield* say('server', random.integer(40, 2000));
  const keepAliveS = Math.min(p.keepAliveS, durationS / 15);
  let untilWorkS = random.exponential(p.workS);
  let leftS = random.exponential(Math.max(p.sessionS, durationS / 6));
  while (leftS > 0) {
    const waitS = Math.min(untilWorkS, jittered(actor, keepAliveS, 0.03));
    yield* tcp.pause(waitS);
    leftS -= waitS;
    untilWorkS -= waitS;
    if (untilWorkS > 0) {
      yield* say('client', p.keepAliveBytes);
      yield* say('server', p.keepAliveBytes);
      continue;
    }
    untilWorkS = random.exponential(p.workS);
    const bytes = Math.min(60_000, random.logNormal(p.workBytes, 0.9));
    if (random.chance(0.7)) yield* say('client', random.integer(20, 300));
    yield* say(random.chance(p.upShare) ? 'client' : 'server', bytes);
  }
}

/** A VPN over UDP, as WireGuard and OpenVPN speak: a short handshake, keep-alives, trains of full and small datagrams. */
function* datagrams(actor: Self, site: Site): Script {
  const { network, random, host, durationS, parameters: p } = actor;
  const server = site.servers[0]!;
  const isWireGuard = p.standardPort;
  const ports = [
    takePort(host, random),
    isWireGuard ? 51820 : random.integer(1024, 60_000),
  ] as const;
  const message = (type: number, bytes: number): Uint8Array => {
    const content = network.opaque(bytes).slice();
    if (isWireGuard) content.set([type, 0, 0, 0]); // WireGuard's paper, §5.4
    return content;
  };
  const up = (bytes: number, type = 4): void => {
    network.udp(host, server, ports, message(type, bytes));
  };
  const down = (bytes: number, type = 4): void => {
    network.udp(server, host, [ports[1], ports[0]], message(type, bytes));
  };
  up(isWireGuard ? 148 : random.integer(40, 160), 1);
  yield turnaroundS(server, random);
  down(isWireGuard ? 92 : random.integer(50, 160), 2);
  const keepAliveS = Math.min(p.keepAliveS, durationS / 15);
  let untilWorkS = random.exponential(p.workS);
  for (;;) {
    const waitS = Math.min(untilWorkS, jittered(actor, keepAliveS, 0.02));
    yield waitS;
    untilWorkS -= waitS;
    if (untilWorkS > 0) {
      up(32);
      if (random.chance(0.5)) down(32);
      continue;
    }
    untilWorkS = random.exponential(p.workS);
    for (let left = Math.min(60_000, random.logNormal(p.workBytes, 0.9)); left > 0; left -= 1340) {
      const size = Math.min(1340, Math.ceil(left / 16) * 16) + 32;
      if (random.chance(p.upShare)) up(size);
      else down(size);
      yield random.exponential(0.003);
    }
  }
}
