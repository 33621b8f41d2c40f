import { type Actor, defineActor, jittered } from '../actor.ts';
import { ALPHABETS, invented, randomText } from '../names.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude, oneOf } from '../parameters.ts';
import { addressData, DNS_TYPES } from '../payloads/dns-message.ts';
import { browseBeside } from '../sessions/background.ts';
import { lookUp } from '../sessions/dns-lookup.ts';
import { httpExchange } from '../sessions/http-session.ts';
import { programPersona } from '../sessions/persona.ts';
import { TcpConversation } from '../tcp-conversation.ts';

const parameters = {
  style: oneOf('letters', 'letters', 'base36', 'hex', 'words'),
  length: count(8, 28),
  /** Names tried in one round. */
  namesPerRound: count(15, 400),
  gapS: magnitude(0.02, 5),
  roundS: magnitude(30, 1800),
  jitter: between(0, 0.5),
  zones: count(1, 5),
  foundShare: magnitude(0.002, 0.05),
  talksWhenFound: flag(0.7),
  browsesToo: flag(0.6),
};

type Self = Actor<typeof parameters>;

/** A bot that looks for its master under the names of the day, nearly all of which do not exist. */
export const dgaBot = defineActor({
  name: 'dga-bot',
  family: 'c2',
  detail: 'dga',
  summary: 'tries generated domain names until one exists',
  place: 'inside',
  parameters,
  *run(actor): Script {
    const { random, durationS, parameters: p } = actor;
    if (p.browsesToo) browseBeside(actor, random.logUniform(10, 120));
    const zones = random.shuffle(['com', 'net', 'org', 'info', 'biz', 'ru', 'cn', 'top', 'xyz', 'ddns.net']).slice(0, p.zones); // prettier-ignore
    const gapS = Math.min(p.gapS, durationS / 60);
    yield random.uniform(0, durationS / 10);
    for (;;) {
      for (let i = 0; i < p.namesPerRound; i++) {
        yield* tryName(actor, `${madeUp(actor)}.${random.pick(zones)}`);
        yield jittered(actor, gapS, p.jitter);
      }
      yield jittered(actor, p.roundS, p.jitter);
    }
  },
});

function madeUp(actor: Self): string {
  const { random, parameters: p } = actor;
  if (p.style === 'words') return invented(random, 2) + invented(random, 2);
  const length = Math.max(6, p.length + random.integer(-3, 3));
  return randomText(random, ALPHABETS[p.style], length);
}

function* tryName(actor: Self, name: string): Script {
  const { network, random, host, world, parameters: p } = actor;
  const exists = random.chance(p.foundShare);
  const type = world.ipVersion === 4 ? DNS_TYPES.A : DNS_TYPES.AAAA;
  if (!exists) {
    yield* lookUp(actor, host, { name, type, answers: undefined });
    return;
  }
  const server = world.outsideHost();
  yield* lookUp(actor, host, {
    name,
    type,
    answers: [{ type, ttl: 60, data: addressData(server.address, type) }],
  });
  if (!p.talksWhenFound) return;
  const tcp = new TcpConversation(network, random, host, server, 80);
  if ((yield* tcp.open()) !== 'open') return;
  const request = { method: 'POST', host: name, uri: '/gate.php', userAgent: programPersona(random).userAgent, body: random.integer(50, 600) }; // prettier-ignore
  yield* httpExchange(actor, tcp, request, {
    status: 200,
    bodyBytes: random.integer(0, 500),
    thinkS: 0.1,
  });
  yield* tcp.close('server');
}
