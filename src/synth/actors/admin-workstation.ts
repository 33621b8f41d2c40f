import { type Actor, defineActor } from '../actor.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Script } from '../network.ts';
import { count, flag, magnitude, oneOf } from '../parameters.ts';
import { SSH_SERVERS } from '../payloads/ssh-message.ts';
import { browseBeside } from '../sessions/background.ts';
import { rdpDesktop, rdpLogOn } from '../sessions/rdp-session.ts';
import { sshAttempt, sshHandshake, sshShell } from '../sessions/ssh-session.ts';
import { TcpConversation } from '../tcp-conversation.ts';

const parameters = {
  work: oneOf('shell', 'fleet', 'desktop', 'mixed'),
  servers: count(2, 40),
  sessions: count(3, 30),
  commands: count(1, 12),
  pauseS: magnitude(1, 300),
  /** Ansible and its kin: so many hosts at once. */
  parallel: count(1, 10),
  mistypes: magnitude(0.01, 0.3),
  copiesBytes: magnitude(1000, 200_000),
  browses: flag(0.7),
};

type Self = Actor<typeof parameters>;

/** Who runs the place: many successful logins to many hosts, by hand or by a tool that visits all of them. */
export const adminWorkstation = defineActor({
  name: 'admin-workstation',
  family: 'benign',
  detail: 'client',
  summary: 'logs into many inside servers over SSH and RDP, by hand or with a fleet tool',
  place: 'inside',
  parameters,
  *run(actor): Script {
    const { network, random, world, durationS, parameters: p } = actor;
    if (p.browses) browseBeside(actor, random.logUniform(10, 200));
    const servers = Array.from({ length: p.servers }, () =>
      world.insideHost({ label: 'benign/server' }),
    );
    yield random.uniform(0, durationS / 10);
    if (p.work === 'fleet') {
      const queue = [...servers];
      const work = function* (): Script {
        for (let server = queue.shift(); server !== undefined; server = queue.shift()) {
          for (let task = random.integer(1, 4); task > 0; task--) yield* run(actor, server);
        }
      };
      for (let i = 0; i < p.parallel; i++) network.spawn(work(), random.exponential(0.2));
      return;
    }
    for (let i = 0; i < p.sessions; i++) {
      const isDesktop = p.work === 'desktop' || (p.work === 'mixed' && random.chance(0.5));
      yield* isDesktop ? desktop(actor, random.pick(servers)) : shell(actor, random.pick(servers));
      yield random.exponential(Math.min(p.pauseS, durationS / (2 * p.sessions)));
    }
  },
});

/** One task of a fleet tool: log in with a key, copy a module, run it, leave. */
function* run(actor: Self, server: Endpoint): Script {
  const { network, random, host, parameters: p } = actor;
  const tcp = new TcpConversation(network, random, host, server, 22);
  if ((yield* tcp.open()) !== 'open') return;
  yield* sshHandshake(actor, tcp, {
    client: 'OpenSSH_9.2p1 Debian-2+deb12u2',
    server: SSH_SERVERS[0],
  });
  yield* sshAttempt(actor, tcp, 30, 0.02);
  yield* tcp.send('client', Math.min(300_000, random.logNormal(p.copiesBytes, 0.3)));
  yield* tcp.pause(random.exponential(1));
  yield* tcp.send('server', random.integer(200, 3000));
  yield* tcp.close('client');
}

function* shell(actor: Self, server: Endpoint): Script {
  const { network, random, host, parameters: p } = actor;
  const tcp = new TcpConversation(network, random, host, server, 22);
  if ((yield* tcp.open()) !== 'open') return;
  yield* sshHandshake(actor, tcp, {
    client: 'OpenSSH_9.2p1 Debian-2+deb12u2',
    server: random.pick(SSH_SERVERS),
  });
  while (random.chance(p.mistypes)) yield* sshAttempt(actor, tcp, 10, 2);
  yield* sshAttempt(actor, tcp, 10, 0.05);
  yield* sshShell(actor, tcp, Math.max(1, Math.round(random.exponential(p.commands))));
  yield* tcp.close('client');
}

function* desktop(actor: Self, server: Endpoint): Script {
  const { network, random, host, parameters: p } = actor;
  const fails = random.chance(p.mistypes);
  const tcp = new TcpConversation(network, random, host, server, 3389);
  if ((yield* tcp.open()) !== 'open') return;
  yield* rdpLogOn(actor, tcp, { user: 'admin', shape: 'schannel', thinkS: fails ? 1.5 : 0.05 });
  if (fails) yield* tcp.reset('server');
  else yield* rdpDesktop(actor, tcp, Math.max(1, Math.round(random.exponential(p.commands))));
  yield* tcp.close('client');
}
