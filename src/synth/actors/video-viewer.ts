import { defineActor } from '../actor.ts';
import { takePort } from '../endpoint.ts';
import type { Script } from '../network.ts';
import { count, flag, magnitude, oneOf } from '../parameters.ts';
import { browserPersona } from '../sessions/persona.ts';
import { resolve } from '../sessions/dns-lookup.ts';
import { browse, visit } from '../sessions/web-visit.ts';

/** Films in pieces, over TLS or QUIC, or everything through a VPN: a few heavy conversations. */
export const videoViewer = defineActor({
  name: 'video-viewer',
  family: 'benign',
  detail: 'client',
  summary: 'loads films over TLS or UDP, or works through a VPN',
  place: 'inside',
  parameters: {
    channel: oneOf('tls', 'quic', 'vpn'),
    pieceS: magnitude(2, 20),
    pieceBytes: magnitude(20_000, 400_000),
    packets: count(1500, 7000),
    browses: flag(0.5),
    upShare: magnitude(0.01, 0.5),
  },
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    const persona = browserPersona(random);
    if (p.browses) network.spawn(browse(actor, host, persona, { pagesPerHour: 40, connectionsPerPage: 1, requestsPerConnection: 1, sizeFactor: 0.5 })); // prettier-ignore
    const site = world.site();
    const server = site.servers[0]!;
    const perPiece = (1.6 * p.pieceBytes) / 1300 + 2;
    const pieceS = Math.max(p.pieceS, (durationS * perPiece) / p.packets);
    yield* resolve(actor, host, persona, site);
    const ports = [
      takePort(host, random),
      p.channel === 'vpn' ? random.pick([1194, 51820, 4500]) : 443,
    ] as const;
    for (;;) {
      const bytes = random.logNormal(p.pieceBytes, 0.4);
      if (p.channel === 'tls') {
        yield* visit(actor, host, { ...site, answerBytes: bytes }, persona, { requestsPerConnection: 0.1, sizeFactor: 1 }); // prettier-ignore
      } else {
        network.udp(host, server, ports, network.opaque(random.integer(40, 1200)));
        yield server.oneWayS * 2;
        for (let left = bytes; left > 0; left -= 1300) {
          network.udp(
            server,
            host,
            [ports[1], ports[0]],
            network.opaque(Math.min(1300, Math.ceil(left))),
          );
          yield 0.0006;
          if (random.chance(p.upShare)) network.udp(host, server, ports, network.opaque(random.integer(33, p.channel === 'vpn' ? 1300 : 60))); // prettier-ignore
        }
      }
      yield random.exponential(pieceS);
    }
  },
});
