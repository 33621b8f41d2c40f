import { defineActor, jittered } from '../actor.ts';
import { takePort, turnaroundS } from '../endpoint.ts';
import type { Script } from '../network.ts';
import { count, flag, magnitude } from '../parameters.ts';
import { ntpReply, ntpRequest } from '../payloads/ntp-message.ts';

/** Asks several servers for the time at powers of two of a second, for ever. */
export const ntpClient = defineActor({
  name: 'ntp-client',
  family: 'benign',
  detail: 'client',
  summary: 'asks a few servers for the time, as regularly as can be',
  place: 'inside',
  parameters: {
    servers: count(1, 6),
    pollS: magnitude(8, 1024),
    deadShare: magnitude(0.01, 0.4),
    samePort: flag(0.6),
    jitter: magnitude(0.001, 0.05),
  },
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    const pollS = Math.min(p.pollS, durationS / 8);
    const poll = function* (): Script {
      const server = world.outsideHost({ label: 'benign/server', stack: 'linux' });
      const isDead = random.chance(p.deadShare);
      for (;;) {
        const port = p.samePort ? 123 : takePort(host, random);
        network.udp(host, server, [port, 123], ntpRequest(network.nowUs));
        if (!isDead) {
          yield turnaroundS(server, random);
          network.udp(server, host, [123, port], ntpReply(network.nowUs));
        }
        yield jittered(actor, pollS, p.jitter);
      }
    };
    for (let i = 0; i < p.servers; i++) network.spawn(poll(), random.uniform(0, 3));
    yield 0;
  },
});
