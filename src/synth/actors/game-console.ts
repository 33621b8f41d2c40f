import { defineActor } from '../actor.ts';
import { takePort } from '../endpoint.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude } from '../parameters.ts';
import { browserPersona } from '../sessions/persona.ts';
import { visit } from '../sessions/web-visit.ts';

/** A game: small datagrams both ways many times a second, server lists, strangers' machines. */
export const gameConsole = defineActor({
  name: 'game-console',
  family: 'benign',
  detail: 'client',
  summary: 'plays over UDP at a high rate, pings server lists, loads updates',
  place: 'inside',
  parameters: {
    matches: count(1, 4),
    matchS: magnitude(10, 300),
    ticksPerS: magnitude(5, 60),
    packets: count(800, 6000),
    upBytes: count(20, 300),
    downBytes: count(30, 900),
    serverList: count(0, 60),
    loadsUpdates: flag(0.4),
    pauses: between(0.01, 0.3),
  },
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    const persona = browserPersona(random);
    yield random.uniform(0, 5);
    const site = world.site();
    yield* visit(actor, host, site, persona, { requestsPerConnection: 3, sizeFactor: 1 });
    if (p.loadsUpdates) network.spawn(visit(actor, host, site, persona, { requestsPerConnection: 2, sizeFactor: 20 }), random.uniform(0, durationS / 3)); // prettier-ignore
    let left = p.packets;
    for (let match = 0; match < p.matches; match++) {
      const port = takePort(host, random);
      for (let i = 0; i < p.serverList; i++) {
        const candidate = world.outsideHost();
        network.udp(host, candidate, [port, 27015 + random.integer(0, 20)], network.opaque(25));
        yield 0.01;
        if (random.chance(0.6))
          network.udp(candidate, host, [27015, port], network.opaque(random.integer(60, 200)));
      }
      const server = world.outsideHost({ label: 'benign/server' });
      const serverPort = random.integer(7000, 32000);
      const matchS = Math.min(random.exponential(p.matchS) + 3, durationS / p.matches);
      for (let s = 0; s < matchS && left > 0; s += 1 / p.ticksPerS, left -= 2) {
        network.udp(
          host,
          server,
          [port, serverPort],
          network.opaque(random.integer(Math.ceil(p.upBytes / 2), p.upBytes)),
        );
        yield random.uniform(0.3, 0.7) / p.ticksPerS;
        network.udp(server, host, [serverPort, port], network.opaque(random.integer(Math.ceil(p.downBytes / 3), p.downBytes))); // prettier-ignore
        yield random.uniform(0.3, 0.7) / p.ticksPerS;
      }
      yield durationS * p.pauses;
    }
  },
});
