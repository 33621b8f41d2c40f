import { type Actor, defineActor, jittered } from '../actor.ts';
import { domainName, siteName } from '../names.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude } from '../parameters.ts';
import { HELLO_SHAPE_NAMES } from '../payloads/tls-message.ts';
import { browseBeside } from '../sessions/background.ts';
import { secretExchange, tlsHandshake } from '../sessions/tls-session.ts';
import { TcpConversation } from '../tcp-conversation.ts';

const parameters = {
  pollS: magnitude(0.05, 5),
  jitter: between(0, 0.4),
  queryBytes: between(120, 380),
  answerBytes: magnitude(100, 900),
  sizeSpread: between(0.02, 0.25),
  burstShare: magnitude(0.01, 0.3),
  burstQueries: count(20, 300),
  queriesPerConnection: count(30, 3000),
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
    const resolver = { name: siteName(random, domainName(random)), server: world.outsideHost({ oneWayS: random.uniform(0.003, 0.03) }) }; // prettier-ignore
    yield random.uniform(0, durationS / 12);
    for (let i = 0; i < p.parallel; i++)
      network.spawn(carry(actor, resolver), random.exponential(1));
  },
});

function* carry(
  actor: Self,
  resolver: { readonly name: string; readonly server: Self['host'] },
): Script {
  const { network, random, host, durationS, parameters: p } = actor;
  const shape = random.pick(HELLO_SHAPE_NAMES);
  const pollS = Math.min(p.pollS * p.parallel, durationS / 60);
  const ask = (tcp: TcpConversation): Script =>
    secretExchange(actor, tcp, {
      up: jittered(actor, p.queryBytes, p.sizeSpread),
      down: jittered(actor, p.answerBytes, p.sizeSpread),
      thinkS: random.exponential(0.02),
    });
  for (;;) {
    const tcp = new TcpConversation(network, random, host, resolver.server, 443);
    if ((yield* tcp.open()) !== 'open') return;
    yield* tlsHandshake(actor, tcp, { shape, serverName: resolver.name, tls13: true });
    for (let i = 0; i < p.queriesPerConnection; i++) {
      yield* ask(tcp);
      const burst = random.chance(p.burstShare) ? Math.ceil(random.exponential(p.burstQueries)) : 0;
      for (let k = 0; k < burst; k++) {
        yield* ask(tcp);
        yield* tcp.pause(random.exponential(0.02));
      }
      yield* tcp.pause(jittered(actor, pollS, p.jitter));
    }
    yield* tcp.close('client');
  }
}
