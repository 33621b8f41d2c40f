import { defineActor } from '../actor.ts';
import { turnaroundS } from '../endpoint.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude } from '../parameters.ts';

/** Pings without end, large or small, from one host or with invented sources. */
export const icmpFlood = defineActor({
  name: 'icmp-flood',
  family: 'dos',
  detail: 'icmp',
  summary: 'floods a host with echo requests',
  place: 'either',
  parameters: {
    packets: count(200, 3000),
    ratePerS: magnitude(10, 4000),
    jitter: between(0, 1),
    bytes: count(0, 1400),
    spoofs: flag(0.2),
    /** Share that the victim still answers. */
    answeredShare: between(0, 1),
    newIdentifiers: flag(0.4),
    pulses: flag(0.3),
  },
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    const victim = world.target(random, host.inside ? 'outside' : 'inside', host);
    const rate = Math.max(p.ratePerS, p.packets / durationS);
    const payload = network.opaque(p.bytes).slice();
    let source = host;
    let identifier = random.integer(1, 65535);
    yield random.uniform(0, durationS / 5);
    for (let i = 0; i < p.packets; i++) {
      if (p.spoofs) source = world.outsideHost({ label: 'dos/icmp' });
      if (p.newIdentifiers) identifier = random.integer(1, 65535);
      const echo = { code: 0, rest: ((identifier << 16) | (i & 0xffff)) >>> 0, payload } as const;
      network.icmp(source, victim, { type: 'echoRequest', ...echo });
      if (random.chance(p.answeredShare)) network.spawn(answer(source, echo), turnaroundS(victim, random)); // prettier-ignore
      yield (1 / rate) * (random.chance(p.jitter) ? random.exponential(1) : 1);
      if (p.pulses && random.chance(0.003)) yield random.exponential(durationS / 12);
    }
    // eslint-disable-next-line require-yield -- a script that sends at once
    function* answer(
      to: typeof host,
      echo: { readonly code: number; readonly rest: number; readonly payload: Uint8Array },
    ): Script {
      network.icmp(victim, to, { type: 'echoReply', ...echo });
    }
  },
});
