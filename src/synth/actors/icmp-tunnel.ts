import { defineActor, jittered } from '../actor.ts';
import { turnaroundS } from '../endpoint.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude } from '../parameters.ts';
import { browseBeside } from '../sessions/background.ts';

/** Data in the payloads of pings: ptunnel, icmptunnel, hans, icmpsh. */
export const icmpTunnel = defineActor({
  name: 'icmp-tunnel',
  family: 'tunnel',
  detail: 'icmp',
  summary: 'carries data in echo requests and replies, like ptunnel and icmpsh',
  place: 'inside',
  parameters: {
    pollS: magnitude(0.05, 8),
    jitter: between(0, 0.4),
    idleBytes: count(0, 80),
    workShare: magnitude(0.02, 0.4),
    burstPackets: count(10, 250),
    burstRate: magnitude(5, 250),
    mtu: count(200, 1400),
    downloads: between(0, 1),
    /** Replies carry their own data; an honest echo gives back what it got. */
    mirrors: flag(0.1),
    changesIdentifier: flag(0.3),
    browsesToo: flag(0.5),
  },
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    if (p.browsesToo) browseBeside(actor, random.logUniform(10, 100));
    const server = world.outsideHost();
    let identifier = random.integer(1, 65535);
    let sequence = random.integer(0, 1000);
    const exchange = function* (up: number, down: number): Script {
      if (p.changesIdentifier && random.chance(0.2)) identifier = random.integer(1, 65535);
      sequence = (sequence + 1) & 0xffff;
      const rest = ((identifier << 16) | sequence) >>> 0;
      const payload = network.opaque(up);
      network.icmp(host, server, { type: 'echoRequest', code: 0, rest, payload });
      yield turnaroundS(server, random) + random.exponential(0.002);
      network.icmp(server, host, { type: 'echoReply', code: 0, rest, payload: p.mirrors ? payload : network.opaque(down) }); // prettier-ignore
    };
    const pollS = Math.min(p.pollS, durationS / 50);
    yield random.uniform(0, durationS / 12);
    for (;;) {
      yield* exchange(p.idleBytes, p.idleBytes);
      if (random.chance(p.workShare)) {
        const isDown = random.chance(p.downloads);
        for (let i = Math.ceil(random.exponential(p.burstPackets)); i > 0; i--) {
          const small = random.integer(20, 80);
          network.spawn(exchange(isDown ? small : p.mtu, isDown ? p.mtu : small));
          yield random.exponential(1 / p.burstRate);
        }
      }
      yield jittered(actor, pollS, p.jitter);
    }
  },
});
