import { defineActor } from '../actor.ts';
import type { Script } from '../network.ts';
import { between, count, magnitude, oneOf } from '../parameters.ts';
import { ping } from '../sessions/probe.ts';
import { scanSpace } from '../sessions/scan-space.ts';

/** Who is there? Echo requests to many addresses: fping, nmap -sn. */
export const icmpSweep = defineActor({
  name: 'icmp-sweep',
  family: 'scan',
  detail: 'sweep',
  summary: 'pings many addresses',
  place: 'either',
  parameters: {
    targets: count(40, 2500),
    ratePerS: magnitude(0.5, 800),
    jitter: between(0, 1),
    order: oneOf('sequential', 'sequential', 'random', 'permuted'),
    aliveShare: between(0.02, 0.6),
    echoesEach: count(1, 3),
    bytes: count(0, 64),
  },
  *run(actor): Script {
    const { network, random, host, durationS, parameters: p } = actor;
    const place = host.inside && random.chance(0.3) ? 'outside' : 'inside';
    const space = {
      count: p.targets,
      order: p.order,
      place,
      aliveShare: p.aliveShare,
      openShare: 0,
      filteredShare: 0,
    } as const;
    const identifier = random.integer(1, 65535);
    const rate = Math.max(p.ratePerS, 40 / durationS);
    yield random.uniform(0, durationS / 10);
    for (const { endpoint, isAlive } of scanSpace(actor, random, space)) {
      if (endpoint.text === host.text) continue;
      for (let i = 0; i < p.echoesEach; i++) {
        network.spawn(
          ping(actor, host, endpoint, { isAlive, identifier, sequence: i, bytes: p.bytes }),
          i,
        );
      }
      yield (1 / rate) * (random.chance(p.jitter) ? random.exponential(1) : 1);
    }
  },
});
