import { type Actor, defineActor, jittered, repeatedly } from '../actor.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude } from '../parameters.ts';
import { secretExchange, tlsHandshake } from '../sessions/tls-session.ts';
import { resolve } from '../sessions/dns-lookup.ts';
import { browserPersona, type Persona } from '../sessions/persona.ts';
import { browse, visit } from '../sessions/web-visit.ts';
import { TcpConversation } from '../tcp-conversation.ts';

const parameters = {
  pagesPerHour: magnitude(15, 400),
  connectionsPerPage: magnitude(0.5, 5),
  requestsPerConnection: magnitude(0.3, 6),
  sizeFactor: magnitude(0.3, 3),
  readsMail: flag(0.6),
  mailPeriodS: magnitude(20, 600),
  updates: flag(0.5),
  updateChecks: count(1, 4),
  updatePeriodS: magnitude(60, 3600),
  jitter: between(0, 0.3),
};

/** A person's computer: browsing, a mail program that polls, programs that look for updates. */
export const officeClient = defineActor({
  name: 'office-client',
  family: 'benign',
  detail: 'client',
  summary: 'browses, polls its mail, looks for updates',
  place: 'inside',
  parameters,
  *run(actor): Script {
    const { network, host, random, parameters: p } = actor;
    const persona = browserPersona(random);
    if (p.readsMail) network.spawn(pollMail(actor, persona));
    if (p.updates) {
      for (let i = 0; i < p.updateChecks; i++) network.spawn(checkUpdates(actor, persona));
    }
    yield* browse(actor, host, persona, p);
  },
});

type Self = Actor<typeof parameters>;

function* pollMail(actor: Self, persona: Persona): Script {
  const { network, random, world, host, parameters: p } = actor;
  const site = world.popularSite(random);
  const keepsOpen = random.chance(0.5);
  yield random.uniform(0, Math.min(p.mailPeriodS, actor.durationS / 2));
  yield* resolve(actor, host, persona, site);
  const server = random.pick(site.servers);
  for (;;) {
    const tcp = new TcpConversation(network, random, host, server, 993);
    yield* tcp.open();
    yield* tlsHandshake(actor, tcp, {
      shape: persona.helloShape,
      serverName: site.name,
      tls13: true,
    });
    do {
      for (let i = 0; i < 3; i++) {
        yield* secretExchange(actor, tcp, {
          up: random.integer(30, 80),
          down: random.integer(60, 300),
          thinkS: 0.02,
        });
      }
      if (random.chance(0.2)) {
        yield* secretExchange(actor, tcp, {
          up: 60,
          down: random.logNormal(20000, 1),
          thinkS: 0.05,
        });
      }
      if (keepsOpen) yield* tcp.pause(jittered(actor, p.mailPeriodS, p.jitter));
    } while (keepsOpen);
    yield* tcp.close('client');
    yield jittered(actor, p.mailPeriodS, p.jitter);
  }
}

function* checkUpdates(actor: Self, persona: Persona): Script {
  const { random, world, host, parameters: p } = actor;
  const site = world.popularSite(random);
  yield random.uniform(0, p.updatePeriodS);
  const habits = { requestsPerConnection: 0.3, sizeFactor: 0.3 };
  yield* repeatedly(
    () => jittered(actor, p.updatePeriodS, p.jitter),
    () => visit(actor, host, site, persona, habits),
  );
}
