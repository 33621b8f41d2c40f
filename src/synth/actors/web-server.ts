import { defineActor } from '../actor.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Script } from '../network.ts';
import { domainName } from '../names.ts';
import { between, count, flag, magnitude } from '../parameters.ts';
import { browserPersona, type Persona, programPersona } from '../sessions/persona.ts';
import { visit } from '../sessions/web-visit.ts';

/** A web server with its visitors from outside: a few regulars, and many who come once. */
export const webServer = defineActor({
  name: 'web-server',
  family: 'benign',
  detail: 'server',
  summary: 'serves pages to clients from outside',
  place: 'inside',
  stack: 'linux',
  parameters: {
    visitsPerMinute: magnitude(2, 60),
    visitors: count(5, 120),
    requestsPerConnection: magnitude(0.3, 6),
    answerBytes: magnitude(800, 30_000),
    thinkS: magnitude(0.003, 0.5),
    encrypted: flag(0.6),
    programShare: between(0, 0.5),
  },
  *run(actor): Script {
    const { network, world, random, host, parameters: p } = actor;
    const domain = domainName(random);
    const site = {
      name: `www.${domain}`,
      domain,
      servers: [host],
      transport: p.encrypted ? ('tls13' as const) : ('http' as const),
      answerBytes: p.answerBytes,
      thinkS: p.thinkS,
    };
    const visitors: { client: Endpoint; persona: Persona }[] = [];
    for (let i = 0; i < p.visitors; i++) {
      const persona = random.chance(p.programShare)
        ? programPersona(random)
        : browserPersona(random);
      persona.cachedNames.add(site.name); // they ask their own resolvers, far from this tap
      visitors.push({ client: world.outsideHost({ label: 'benign/client' }), persona });
    }
    for (;;) {
      yield random.exponential(60 / p.visitsPerMinute);
      const { client, persona } = visitors[Math.floor(visitors.length * random.uniform() ** 2)]!;
      const habits = { requestsPerConnection: p.requestsPerConnection, sizeFactor: 1 };
      const connections = random.integer(1, 3);
      for (let i = 0; i < connections; i++) {
        network.spawn(visit(actor, client, site, persona, habits), random.exponential(0.2));
      }
    }
  },
});
