import { defineActor } from '../actor.ts';
import { urlPath } from '../names.ts';
import type { Script } from '../network.ts';
import { between, count, magnitude, oneOf } from '../parameters.ts';
import { resolve } from '../sessions/dns-lookup.ts';
import { endSomehow } from '../sessions/ending.ts';
import { httpExchange } from '../sessions/http-session.ts';
import { programPersona } from '../sessions/persona.ts';
import { secretExchange, tlsHandshake } from '../sessions/tls-session.ts';
import { TcpConversation } from '../tcp-conversation.ts';
import type { Site } from '../world.ts';

/** A search engine's robot, a link checker, a feed reader: many servers, many pages, many of them gone. */
export const crawler = defineActor({
  name: 'crawler',
  family: 'benign',
  detail: 'crawler',
  summary: 'fetches many pages of many sites, politely; many pages are gone',
  place: 'inside',
  parameters: {
    sites: count(1, 80),
    pages: count(40, 450),
    pauseS: magnitude(0.05, 10),
    workers: count(1, 8),
    missingShare: between(0.01, 0.45),
    pagesPerConnection: count(1, 10),
    sizeFactor: magnitude(0.2, 2),
    agent: oneOf('Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'LinkChecker/10.2', 'Feedly/1.0', 'Scrapy/2.8 (+https://scrapy.org)', 'Mozilla/5.0 (compatible; bingbot/2.0)'), // prettier-ignore
  },
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    const persona = { ...programPersona(random), userAgent: p.agent };
    const sites: Site[] = Array.from({ length: p.sites }, () => world.site());
    const budget = { left: p.pages };
    const pauseS = Math.min(p.pauseS, (durationS * p.workers) / p.pages);
    const work = function* (): Script {
      while (budget.left > 0) {
        const site = random.pick(sites);
        yield* resolve(actor, host, persona, site);
        const isPlain = site.transport === 'http' || random.chance(0.3);
        const state = random.chance(0.03) ? random.pick(['closed', 'filtered'] as const) : 'open';
        const tcp = new TcpConversation(
          network,
          random,
          host,
          random.pick(site.servers),
          isPlain ? 80 : 443,
          { state },
        );
        if ((yield* tcp.open()) !== 'open') continue;
        if (!isPlain) yield* tlsHandshake(actor, tcp, { shape: persona.helloShape, serverName: site.name, tls13: site.transport === 'tls13' }); // prettier-ignore
        for (let i = 0; i < p.pagesPerConnection && budget.left > 0; i++, budget.left--) {
          const status = random.chance(p.missingShare)
            ? random.pick([404, 404, 403, 301, 429])
            : 200;
          const bodyBytes = Math.floor(status === 200 ? Math.min(80_000, random.logNormal(site.answerBytes * p.sizeFactor, 0.8)) : random.integer(150, 900)); // prettier-ignore
          const thinkS = random.exponential(site.thinkS);
          if (isPlain)
            yield* httpExchange(actor, tcp, { method: random.chance(0.1) ? 'HEAD' : 'GET', host: site.name, uri: i === 0 ? '/robots.txt' : urlPath(random), userAgent: p.agent }, { status, bodyBytes, thinkS }); // prettier-ignore
          else
            yield* secretExchange(actor, tcp, {
              up: random.integer(200, 400),
              down: bodyBytes,
              thinkS,
            });
          yield* tcp.pause(random.exponential(pauseS));
        }
        yield* endSomehow(actor, tcp);
      }
    };
    for (let i = 0; i < p.workers; i++) network.spawn(work(), random.exponential(1));
    yield 0;
  },
});
