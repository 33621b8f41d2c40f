import { type Actor, defineActor } from '../actor.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude, oneOf } from '../parameters.ts';
import { sshBanner } from '../payloads/ssh-message.ts';
import { httpExchange } from '../sessions/http-session.ts';
import { type ProbeLook, synProbe } from '../sessions/probe.ts';
import { portState, scanSpace, type SpaceOptions, type Target } from '../sessions/scan-space.ts';
import { type PortState, TcpConversation } from '../tcp-conversation.ts';

const PORTS = [22, 23, 23, 80, 443, 445, 445, 3389, 1433, 3306, 5900, 8080, 2323, 6379, 5555, 7547, 21, 25, 5432, 27017, 11211, 8291, 102, 502] as const; // prettier-ignore

const parameters = {
  targets: count(40, 2500),
  ratePerS: magnitude(0.5, 1500),
  jitter: between(0, 1),
  ports: count(1, 3),
  order: oneOf('sequential', 'random', 'permuted'),
  /** Half-open like masscan and zmap, or with the system's own connect. */
  method: oneOf('syn', 'syn', 'connect', 'banner'),
  aliveShare: between(0.01, 0.5),
  openShare: between(0.01, 0.6),
  filteredShare: between(0, 0.9),
  probesPerTarget: count(1, 2),
  fixedSourcePort: flag(0.5),
  pauses: flag(0.3),
};

type Self = Actor<typeof parameters>;

/** One service looked for on many addresses: masscan, zmap, nmap, or a worm's first half. */
export const horizontalScan = defineActor({
  name: 'horizontal-scan',
  family: 'scan',
  detail: 'horizontal',
  summary: 'looks for one to three services on many addresses',
  place: 'either',
  parameters,
  *run(actor): Script {
    const { network, random, host, durationS, parameters: p } = actor;
    const space: SpaceOptions = {
      count: p.targets,
      order: p.order,
      place: host.inside && random.chance(0.5) ? 'outside' : 'inside',
      aliveShare: p.aliveShare,
      openShare: p.openShare,
      filteredShare: p.filteredShare,
    };
    const ports = random.shuffle(PORTS).slice(0, p.ports);
    const look: ProbeLook = {
      window: random.pick([1024, 1024, 2048, 3072, 65535, 29200]),
      hasMss: random.chance(0.6),
      sourcePort: p.fixedSourcePort ? random.integer(32768, 61000) : undefined,
    };
    const rate = Math.max(p.ratePerS, 40 / durationS);
    yield random.uniform(0, durationS / 10);
    for (const target of scanSpace(actor, random, space)) {
      if (target.endpoint === host) continue;
      for (const port of ports) {
        const state = portState(random, target, space);
        network.spawn(touch(actor, target, port, state, look));
        yield (1 / rate) * (random.chance(p.jitter) ? random.exponential(1) : 1);
        if (p.pauses && random.chance(0.01)) yield random.exponential(durationS / 15);
      }
    }
  },
});

function* touch(
  actor: Self,
  target: Target,
  port: number,
  state: PortState,
  look: ProbeLook,
): Script {
  const { network, random, host, parameters: p } = actor;
  const { endpoint } = target;
  if (p.method === 'syn') {
    for (let i = 0; i < p.probesPerTarget; i++) {
      yield* synProbe(actor, host, { target: endpoint, port, state, look });
      if (state !== 'filtered') return;
      yield random.uniform(0.8, 1.3);
    }
    return;
  }
  const tcp = new TcpConversation(network, random, host, endpoint, port, {
    state,
    retries: p.probesPerTarget - 1,
  });
  if ((yield* tcp.open()) !== 'open') return;
  if (p.method === 'banner') {
    if (port === 22) yield* tcp.send('server', sshBanner('OpenSSH_8.0'));
    else if (port === 80 || port === 8080) {
      const request = {
        method: 'GET',
        host: endpoint.text,
        uri: '/',
        userAgent: 'Mozilla/5.0 zgrab/0.x',
      };
      yield* httpExchange(actor, tcp, request, {
        status: 200,
        bodyBytes: random.integer(100, 3000),
        thinkS: 0.02,
      });
    } else yield* tcp.send('server', random.integer(10, 90));
  }
  yield* random.chance(0.5) ? tcp.reset('client') : tcp.close('client');
}
