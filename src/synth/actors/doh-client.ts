import { defineActor } from '../actor.ts';
import { domainName, siteName } from '../names.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude } from '../parameters.ts';
import { browserPersona } from '../sessions/persona.ts';
import { secretExchange, tlsHandshake } from '../sessions/tls-session.ts';
import { visit } from '../sessions/web-visit.ts';
import { TcpConversation } from '../tcp-conversation.ts';

/** A browser that asks its names over HTTPS: the honest twin of the DoH tunnel. */
export const dohClient = defineActor({
  name: 'doh-client',
  family: 'benign',
  detail: 'client',
  summary: 'browses with DNS over HTTPS: many small exchanges with one resolver',
  place: 'inside',
  parameters: {
    pagesPerHour: magnitude(20, 400),
    namesPerPage: magnitude(1, 25),
    idleCloseS: magnitude(5, 300),
    queryBytes: between(60, 180),
    answerBytes: between(100, 500),
    sizeFactor: magnitude(0.3, 2),
    /** The web itself may be seen elsewhere: another link, a proxy, a cache. */
    visits: flag(0.7),
    /** Queries and answers padded to whole blocks (RFC 8467 §4.1). */
    pads: flag(0.3),
    /** Browsers drop the connection after so many questions, or keep it. */
    queriesPerConnection: count(2, 2000),
    asksBoth: flag(0.6),
    sendsName: flag(0.9),
  },
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    const persona = browserPersona(random);
    const resolver = { name: siteName(random, domainName(random)), server: world.outsideHost({ label: 'benign/server', oneWayS: random.uniform(0.003, 0.03) }) }; // prettier-ignore
    const isTls13 = random.chance(0.85);
    const padded = (bytes: number, block: number): number =>
      p.pads ? Math.ceil(bytes / block) * block + 40 : bytes;
    const pageS = Math.min(3600 / p.pagesPerHour, durationS / 8);
    yield random.uniform(0, 5);
    for (;;) {
      const tcp = new TcpConversation(network, random, host, resolver.server, 443);
      if ((yield* tcp.open()) !== 'open') return;
      yield* tlsHandshake(actor, tcp, {
        shape: persona.helloShape,
        serverName: p.sendsName ? resolver.name : '',
        tls13: isTls13,
      });
      let asked = 0;
      for (let idleS = 0; idleS < p.idleCloseS && asked < p.queriesPerConnection;) {
        const names = 1 + Math.floor(random.exponential(p.namesPerPage));
        for (let i = 0; i < names; i++) {
          for (let type = p.asksBoth ? 2 : 1; type > 0; type--, asked++) {
            const up = padded(random.normal(p.queryBytes, 12), 128);
            const down = padded(random.logNormal(p.answerBytes, 0.4), 468);
            yield* secretExchange(actor, tcp, { up, down, thinkS: random.exponential(0.01) });
          }
          const site = world.popularSite(random);
          persona.cachedNames.add(site.name);
          if (p.visits && i < 6) network.spawn(visit(actor, host, site, persona, { requestsPerConnection: 1, sizeFactor: p.sizeFactor })); // prettier-ignore
        }
        idleS = random.logNormal(pageS / 1.6, 1);
        yield* tcp.pause(idleS);
      }
      yield* tcp.close(random.chance(0.5) ? 'server' : 'client');
    }
  },
});
