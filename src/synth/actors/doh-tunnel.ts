import { type Actor, defineActor, jittered } from '../actor.ts';
import { domainName, siteName } from '../names.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude, oneOf } from '../parameters.ts';
import { HELLO_SHAPE_NAMES } from '../payloads/tls-message.ts';
import { browseBeside } from '../sessions/background.ts';
import { secretExchange, tlsHandshake } from '../sessions/tls-session.ts';
import { TcpConversation } from '../tcp-conversation.ts';

const parameters = {
  pollS: magnitude(0.05, 5),
  jitter: between(0, 0.4),
  queryBytes: between(70, 300),
  /** A name of 255 bytes in a query, in its HTTP frame. */
  fullQueryBytes: between(200, 480),
  answerBytes: magnitude(100, 1300),
  sizeSpread: between(0.02, 0.25),
  burstShare: magnitude(0.01, 0.3),
  burstQueries: count(20, 300),
  /** From a proxy that asks once or twice and hangs up to one that keeps its connection for hours. */
  queriesPerConnection: count(1, 3000),
  /** What flows: little of anything, a file on its way up, or one on its way down. */
  load: oneOf('idle', 'both', 'up', 'down'),
  /** Silence between two connections: commands that come now and then. */
  restS: magnitude(0.05, 120),
  sendsName: flag(0.8),
  resolvers: count(1, 2),
  parallel: count(1, 4),
  browsesToo: flag(0.4),
};

type Self = Actor<typeof parameters>;

/** A DNS tunnel inside HTTPS to a public resolver: dnstt, iodine or dnscat2 behind a DoH proxy. */
export const dohTunnel = defineActor({
  name: 'doh-tunnel',
  family: 'tunnel',
  detail: 'doh',
  summary: 'carries a DNS tunnel in HTTPS to a DNS-over-HTTPS resolver',
  place: 'inside',
  parameters,
  *run(actor): Script {
    const { network, random, world, durationS, parameters: p } = actor;
    if (p.browsesToo) browseBeside(actor, random.logUniform(10, 100));
    const resolvers = Array.from({ length: p.resolvers }, () => ({ name: siteName(random, domainName(random)), server: world.outsideHost({ oneWayS: random.uniform(0.003, 0.03) }) })); // prettier-ignore
    yield random.uniform(0, durationS / 12);
    for (let i = 0; i < p.parallel; i++)
      network.spawn(carry(actor, resolvers[i % resolvers.length]!), random.exponential(1));
  },
});

function* carry(
  actor: Self,
  resolver: { readonly name: string; readonly server: Self['host'] },
): Script {
  const { network, random, host, durationS, parameters: p } = actor;
  const shape = random.pick(HELLO_SHAPE_NAMES);
  const pollS = Math.min(p.pollS * p.parallel, durationS / 60);
  const isTls13 = random.chance(0.75);
  for (;;) {
    const tcp = new TcpConversation(network, random, host, resolver.server, 443);
    if ((yield* tcp.open()) !== 'open') return;
    yield* tlsHandshake(actor, tcp, { shape, serverName: p.sendsName ? resolver.name : '', tls13: isTls13 }); // prettier-ignore
    const queries = Math.ceil(p.queriesPerConnection * random.logUniform(0.5, 2));
    for (let i = 0; i < queries; i++) {
      yield* ask(actor, tcp, false);
      const burst = p.load !== 'idle' && random.chance(p.burstShare) ? Math.ceil(random.exponential(p.burstQueries)) : 0; // prettier-ignore
      for (let k = 0; k < burst; k++) {
        yield* ask(actor, tcp, true);
        yield* tcp.pause(random.exponential(0.02));
      }
      if (i + 1 < queries) yield* tcp.pause(jittered(actor, pollS, p.jitter));
    }
    yield* random.chance(0.8) ? tcp.close('client') : tcp.close('server');
    yield random.exponential(Math.min(p.restS, durationS / 8));
  }
}

/** Names are full when data goes up, and answers when it comes down; an empty poll is small both ways. */
function* ask(actor: Self, tcp: TcpConversation, isLoaded: boolean): Script {
  const { random, parameters: p } = actor;
  const isUp = isLoaded && (p.load === 'up' || (p.load === 'both' && random.chance(0.5)));
  const isDown = isLoaded && !isUp;
  yield* secretExchange(actor, tcp, {
    up: jittered(actor, isUp ? p.fullQueryBytes : p.queryBytes, p.sizeSpread),
    down: jittered(actor, isDown ? p.answerBytes : Math.min(p.answerBytes, 250), p.sizeSpread),
    thinkS: random.exponential(0.02),
  });
}
