import { defineActor, jittered } from '../actor.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude } from '../parameters.ts';
import { endSomehow } from '../sessions/ending.ts';
import { resolve } from '../sessions/dns-lookup.ts';
import { httpExchange } from '../sessions/http-session.ts';
import { programPersona } from '../sessions/persona.ts';
import { secretExchange, tlsHandshake } from '../sessions/tls-session.ts';
import { TcpConversation } from '../tcp-conversation.ts';
import type { Site } from '../world.ts';

/** Asks the same question of the same server at the same period: what a beacon looks like when it means well. */
export const softwareUpdater = defineActor({
  name: 'software-updater',
  family: 'benign',
  detail: 'client',
  summary: 'polls update, telemetry or API servers periodically with uniform requests',
  place: 'inside',
  parameters: {
    programs: count(1, 6),
    periodS: magnitude(3, 3600),
    jitter: between(0, 0.5),
    requestBytes: magnitude(80, 1500),
    answerBytes: magnitude(20, 4000),
    sizeSpread: between(0, 0.3),
    downloadShare: magnitude(0.001, 0.1),
    downloadBytes: magnitude(20_000, 800_000),
    failedShare: between(0, 0.1),
    /** Update servers of vendors are often named plainly, and sometimes not at all. */
    sendsName: flag(0.9),
  },
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    const poll = function* (site: Site, periodS: number): Script {
      const persona = programPersona(random);
      const uri = `/v${random.integer(1, 4)}/check`;
      for (;;) {
        yield jittered(actor, periodS, p.jitter);
        yield* resolve(actor, host, persona, site);
        const isPlain = site.transport === 'http';
        const state = random.chance(p.failedShare)
          ? random.pick(['closed', 'filtered'] as const)
          : 'open';
        const tcp = new TcpConversation(
          network,
          random,
          host,
          site.servers[0]!,
          isPlain ? 80 : 443,
          { state },
        );
        if ((yield* tcp.open()) !== 'open') continue;
        const down = random.chance(p.downloadShare) ? Math.min(1e6, random.logNormal(p.downloadBytes, 0.7)) : jittered(actor, p.answerBytes, p.sizeSpread); // prettier-ignore
        const up = Math.round(jittered(actor, p.requestBytes, p.sizeSpread));
        const thinkS = random.exponential(site.thinkS);
        if (isPlain) {
          const request = {
            method: 'POST',
            host: site.name,
            uri,
            userAgent: persona.userAgent,
            body: up,
          };
          yield* httpExchange(actor, tcp, request, {
            status: 200,
            bodyBytes: Math.floor(down),
            thinkS,
          });
        } else {
          yield* tlsHandshake(actor, tcp, { shape: persona.helloShape, serverName: p.sendsName ? site.name : '', tls13: site.transport === 'tls13' }); // prettier-ignore
          yield* secretExchange(actor, tcp, { up, down, thinkS });
        }
        yield* endSomehow(actor, tcp);
      }
    };
    for (let i = 0; i < p.programs; i++) {
      const periodS = Math.min(p.periodS * random.logUniform(0.5, 2), durationS / 8);
      network.spawn(
        poll(world.site(), Math.max(periodS, durationS / 400)),
        random.uniform(0, periodS / 2),
      );
    }
    yield 0;
  },
});
