import { defineActor } from '../actor.ts';
import { ALPHABETS, domainName, randomText, urlPath } from '../names.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude, oneOf } from '../parameters.ts';
import { browserAgent } from '../payloads/http-message.ts';
import { endSomehow } from '../sessions/ending.ts';
import { httpExchange } from '../sessions/http-session.ts';
import { programPersona } from '../sessions/persona.ts';
import { secretExchange, tlsHandshake } from '../sessions/tls-session.ts';
import { TcpConversation } from '../tcp-conversation.ts';

/** Requests without end: LOIC, HULK and GoldenEye with their random queries, or plain load tools. */
export const httpFlood = defineActor({
  name: 'http-flood',
  family: 'dos',
  detail: 'http',
  summary: 'floods a web server with requests',
  place: 'outside',
  parameters: {
    requests: count(60, 1500),
    ratePerS: magnitude(2, 400),
    /** Waves with silence between them, as rented floods come. */
    pulses: flag(0.3),
    requestsPerConnection: magnitude(1, 200),
    paths: oneOf('same', 'random-query', 'random-path'),
    changesAgent: flag(0.5),
    encrypted: flag(0.3),
    posts: flag(0.2),
    answerBytes: magnitude(100, 8000),
    thinkS: magnitude(0.002, 2),
    /** Shares of answers that are errors, and of connections that are not accepted, once the server suffers. */
    errorShare: between(0, 0.6),
    refusedShare: between(0, 0.4),
  },
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    const victim = world.target(random, 'inside', host);
    const name = random.chance(0.5) ? domainName(random) : victim.text;
    const path = urlPath(random);
    const persona = programPersona(random);
    const rate = Math.max(p.ratePerS, (2 * p.requests) / durationS);
    const connect = function* (requests: number): Script {
      const state = random.chance(p.refusedShare)
        ? random.pick(['closed', 'filtered'] as const)
        : 'open';
      const tcp = new TcpConversation(network, random, host, victim, p.encrypted ? 443 : 80, {
        state,
        retries: 1,
      });
      if ((yield* tcp.open()) !== 'open') return;
      if (p.encrypted)
        yield* tlsHandshake(actor, tcp, {
          shape: persona.helloShape,
          serverName: name,
          tls13: true,
        });
      for (let i = 0; i < requests; i++) {
        const down = Math.min(60_000, random.logNormal(p.answerBytes, 0.3));
        const thinkS = random.exponential(p.thinkS);
        if (p.encrypted) {
          yield* secretExchange(actor, tcp, { up: random.integer(200, 500), down, thinkS });
          continue;
        }
        const query = `?${randomText(random, ALPHABETS.letters, random.integer(3, 9))}=${randomText(random, ALPHABETS.base36, random.integer(3, 9))}`;
        const uri =
          p.paths === 'same'
            ? path
            : p.paths === 'random-path'
              ? urlPath(random)
              : `${path.split('?')[0]!}${query}`;
        const userAgent = p.changesAgent ? browserAgent(random) : persona.userAgent;
        const status = random.chance(p.errorShare) ? random.pick([503, 500, 429, 403]) : 200;
        yield* httpExchange(
          actor,
          tcp,
          {
            method: p.posts ? 'POST' : 'GET',
            host: name,
            uri,
            userAgent,
            ...(p.posts ? { body: random.integer(10, 800) } : {}),
          },
          { status, bodyBytes: Math.floor(status === 200 ? down : 200), thinkS },
        );
      }
      yield* endSomehow(actor, tcp);
    };
    yield random.uniform(0, durationS / 6);
    for (let sent = 0; sent < p.requests; sent += p.requestsPerConnection) {
      network.spawn(connect(Math.min(p.requestsPerConnection, p.requests - sent)));
      yield random.exponential(p.requestsPerConnection / rate);
      if (p.pulses && random.chance((4 * p.requestsPerConnection) / p.requests)) yield random.exponential(durationS / 16); // prettier-ignore
    }
  },
});
