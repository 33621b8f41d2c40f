import { defineActor, jittered } from '../actor.ts';
import type { Script } from '../network.ts';
import { count, flag, magnitude } from '../parameters.ts';
import { browseBeside } from '../sessions/background.ts';
import { resolve } from '../sessions/dns-lookup.ts';
import { browserPersona } from '../sessions/persona.ts';
import { secretExchange, sendSecret, tlsHandshake } from '../sessions/tls-session.ts';
import { TcpConversation } from '../tcp-conversation.ts';
import type { Site } from '../world.ts';

/** Slack, Teams, push services: long connections whose heartbeats tick like a beacon's. */
export const chatClient = defineActor({
  name: 'chat-client',
  family: 'benign',
  detail: 'client',
  summary: 'keeps chat and push connections open with regular heartbeats',
  place: 'inside',
  parameters: {
    connections: count(1, 5),
    heartbeatS: magnitude(5, 120),
    heartbeatBytes: count(2, 120),
    messageS: magnitude(10, 600),
    messageBytes: magnitude(60, 4000),
    reconnectS: magnitude(100, 20_000),
    browses: flag(0.6),
  },
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    if (p.browses) browseBeside(actor, random.logUniform(10, 120));
    const persona = browserPersona(random);
    const talk = function* (site: Site): Script {
      for (;;) {
        yield* resolve(actor, host, persona, site);
        const tcp = new TcpConversation(
          network,
          random,
          host,
          random.pick(site.servers),
          random.chance(0.9) ? 443 : 5228,
        );
        if ((yield* tcp.open()) !== 'open') return;
        yield* tlsHandshake(actor, tcp, {
          shape: persona.helloShape,
          serverName: site.name,
          tls13: true,
        });
        yield* secretExchange(actor, tcp, {
          up: 900,
          down: random.logNormal(5000, 1),
          thinkS: 0.05,
        });
        let untilMessageS = random.exponential(p.messageS);
        let leftS = random.exponential(p.reconnectS) + 30;
        while (leftS > 0) {
          const waitS = Math.min(jittered(actor, Math.min(p.heartbeatS, durationS / 10), 0.01), Math.max(0.01, untilMessageS)); // prettier-ignore
          yield* tcp.pause(waitS);
          leftS -= waitS;
          untilMessageS -= waitS;
          if (untilMessageS > 0)
            yield* secretExchange(actor, tcp, { up: p.heartbeatBytes, down: p.heartbeatBytes, thinkS: 0.001 }); // prettier-ignore
          else {
            yield* sendSecret(actor, tcp, random.chance(0.3) ? 'client' : 'server', random.logNormal(p.messageBytes, 0.8)); // prettier-ignore
            untilMessageS = random.exponential(p.messageS);
          }
        }
        yield* random.chance(0.5) ? tcp.reset('client') : tcp.close('server');
        yield random.exponential(3);
      }
    };
    for (let i = 0; i < p.connections; i++)
      network.spawn(talk(world.site()), random.uniform(0, durationS / 12));
    yield 0;
  },
});
