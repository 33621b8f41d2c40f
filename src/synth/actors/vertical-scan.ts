import { type Actor, defineActor } from '../actor.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude, oneOf } from '../parameters.ts';
import type { Random } from '../random.ts';
import { ping, type ProbeLook, synProbe } from '../sessions/probe.ts';
import { type PortState, TcpConversation } from '../tcp-conversation.ts';

const WELL_KNOWN = [80, 23, 443, 21, 22, 25, 3389, 110, 445, 139, 143, 53, 135, 3306, 8080, 1723, 111, 995, 993, 5900, 1025, 587, 8888, 199, 1720, 465, 548, 113, 81, 6001, 10000, 514, 5060, 179, 1026, 2000, 8443, 8000, 32768, 554, 26, 1433, 49152, 2001, 515, 8008, 49154, 1027, 5666, 646, 5000, 5631, 631, 49153, 8081, 2049, 88, 79, 5800, 106, 2121, 1110, 49155, 6000, 513, 990, 5357, 427, 49156, 543, 544, 5101, 144, 7, 389, 8009, 3128, 444, 9999, 5009, 7070, 5190, 3000, 5432, 1900, 3986, 13, 1029, 9, 5051, 6646, 49157, 1028, 873, 1755, 2717, 4899, 9100, 119, 37] as const; // prettier-ignore

const parameters = {
  ports: count(20, 1500),
  ratePerS: magnitude(0.3, 1500),
  jitter: between(0, 1),
  order: oneOf('random', 'sequential', 'popular'),
  method: oneOf('syn', 'syn', 'connect'),
  victims: count(1, 3),
  openShare: between(0.002, 0.1),
  filteredShare: between(0, 1),
  retries: count(0, 2),
  pingsFirst: flag(0.5),
  /** nmap -sV: talks to what is open. */
  asksVersions: flag(0.3),
};

type Self = Actor<typeof parameters>;

/** Many ports of one host, or of a few: nmap and its kin. */
export const verticalScan = defineActor({
  name: 'vertical-scan',
  family: 'scan',
  detail: 'vertical',
  summary: 'tries many ports of one to three hosts',
  place: 'either',
  parameters,
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    const look: ProbeLook = {
      window: random.pick([1024, 2048, 3072, 4096, 65535]),
      hasMss: random.chance(0.85),
      sourcePort: random.chance(0.7) ? random.integer(33000, 65000) : undefined,
    };
    const place = host.inside && random.chance(0.3) ? 'outside' : 'inside';
    yield random.uniform(0, durationS / 10);
    const rate = Math.max(p.ratePerS, 30 / durationS);
    for (let i = 0; i < p.victims; i++) {
      const victim = world.target(random, place, host);
      if (p.pingsFirst) yield* ping(actor, host, victim, { isAlive: true, identifier: random.integer(1, 65535), sequence: 1, bytes: 0 }); // prettier-ignore
      for (const port of portList(random, p.order, Math.ceil(p.ports / p.victims))) {
        const isClosed = !random.chance(p.openShare);
        const state = !isClosed ? 'open' : random.chance(p.filteredShare) ? 'filtered' : 'closed';
        network.spawn(tryPort(actor, victim, port, state, look));
        yield (1 / rate) * (random.chance(p.jitter) ? random.exponential(1) : 1);
      }
    }
  },
});

function portList(
  random: Random,
  order: 'random' | 'sequential' | 'popular',
  length: number,
): number[] {
  if (order === 'sequential') {
    const first = random.pick([1, 1, 1, 20, random.integer(1, 60000)]);
    return Array.from({ length }, (_, i) => 1 + ((first + i - 1) % 65535));
  }
  const popular = WELL_KNOWN.slice(0, length);
  const extra = Array.from({ length: Math.max(0, length - popular.length) }, () =>
    random.integer(1, 65535),
  );
  return order === 'popular' ? [...popular, ...extra] : random.shuffle([...popular, ...extra]);
}

function* tryPort(
  actor: Self,
  victim: Endpoint,
  port: number,
  state: PortState,
  look: ProbeLook,
): Script {
  const { network, random, host, parameters: p } = actor;
  if (p.method === 'syn') {
    for (let i = 0; i <= p.retries; i++) {
      yield* synProbe(actor, host, { target: victim, port, state, look });
      if (state !== 'filtered') break;
      yield random.uniform(0.9, 1.3);
    }
  } else {
    const tcp = new TcpConversation(network, random, host, victim, port, {
      state,
      retries: p.retries,
    });
    if ((yield* tcp.open()) === 'open') yield* tcp.reset('client');
  }
  if (!p.asksVersions || state !== 'open') return;
  yield random.exponential(3);
  const talk = new TcpConversation(network, random, host, victim, port);
  yield* talk.open();
  yield* talk.send('client', random.integer(4, 120));
  yield* talk.pause(random.exponential(0.5));
  if (random.chance(0.6)) yield* talk.send('server', random.integer(20, 800));
  yield* talk.close('client');
}
