import { defineActor } from '../actor.ts';
import { takePort, turnaroundS } from '../endpoint.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude, oneOf } from '../parameters.ts';
import { quotedDatagram } from '../payloads/quoted-datagram.ts';

/** More datagrams than a host can take, to one port or to random ones. */
export const udpFlood = defineActor({
  name: 'udp-flood',
  family: 'dos',
  detail: 'udp',
  summary: 'floods a host with datagrams',
  place: 'either',
  parameters: {
    sources: oneOf('one', 'one', 'spoofed'),
    packets: count(300, 6000),
    ratePerS: magnitude(20, 8000),
    jitter: between(0, 1),
    ports: oneOf('one', 'random'),
    bytes: count(1, 1400),
    sameSize: flag(0.7),
    newSourcePorts: flag(0.4),
    /** Share of datagrams that a closed port answers with ICMP. */
    unreachableShare: between(0, 0.3),
    pulses: flag(0.3),
  },
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    const victim = world.target(random, host.inside ? 'outside' : 'inside', host);
    const port = random.pick([53, 80, 123, 443, 19, 5060, 27015, random.integer(1, 65535)]);
    const rate = Math.max(p.ratePerS, p.packets / durationS);
    let source = host;
    let sourcePort = takePort(source, random);
    yield random.uniform(0, durationS / 5);
    for (let i = 0; i < p.packets; i++) {
      if (p.sources === 'spoofed') source = world.outsideHost({ label: 'dos/udp' });
      if (p.sources === 'spoofed' || p.newSourcePorts) sourcePort = takePort(source, random);
      const to = p.ports === 'one' ? port : random.integer(1, 65535);
      const bytes = p.sameSize ? p.bytes : random.integer(1, p.bytes);
      network.udp(source, victim, [sourcePort, to], network.opaque(bytes));
      if (random.chance(p.unreachableShare)) {
        yield turnaroundS(victim, random);
        network.icmp(victim, source, {
          type: 'unreachable',
          code: 3,
          rest: 0,
          payload: quotedDatagram(source, victim, 17, [sourcePort, to]),
        });
      }
      yield (1 / rate) * (random.chance(p.jitter) ? random.exponential(1) : 1);
      if (p.pulses && random.chance(0.0015)) yield random.exponential(durationS / 12);
    }
  },
});
