import { defineActor } from '../actor.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude, oneOf } from '../parameters.ts';
import { TcpConversation } from '../tcp-conversation.ts';

/** Whole connections to any service, with rubbish in them or nothing: LOIC's TCP mode, connection exhaustion. */
export const connectionFlood = defineActor({
  name: 'connection-flood',
  family: 'dos',
  detail: 'tcp',
  summary: 'floods a service with connections that carry rubbish or nothing',
  place: 'either',
  parameters: {
    connections: count(60, 700),
    ratePerS: magnitude(3, 300),
    content: oneOf('nothing', 'rubbish', 'rubbish', 'same'),
    messages: count(1, 12),
    bytes: magnitude(1, 1200),
    /** Once the service suffers. */
    refusedShare: between(0, 0.6),
    stays: flag(0.4),
    resets: flag(0.4),
    pulses: flag(0.3),
  },
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    const victim = world.target(random, host.inside ? 'outside' : 'inside', host);
    const port = random.chance(0.7) ? random.pick([80, 443, 22, 21, 25, 53, 3306, 25565]) : random.integer(1, 65535); // prettier-ignore
    const rate = Math.max(p.ratePerS, (2 * p.connections) / durationS);
    const rubbish = network.opaque(Math.ceil(p.bytes)).slice();
    const connect = function* (): Script {
      const state = random.chance(p.refusedShare) ? random.pick(['closed', 'filtered'] as const) : 'open'; // prettier-ignore
      const tcp = new TcpConversation(network, random, host, victim, port, { state, retries: 1 });
      if ((yield* tcp.open()) !== 'open') return;
      for (let i = p.content === 'nothing' ? 0 : p.messages; i > 0; i--) {
        yield* tcp.send('client', p.content === 'same' ? rubbish : Math.ceil(random.logNormal(p.bytes, 0.4))); // prettier-ignore
        yield* tcp.pause(random.exponential(0.05));
      }
      if (p.stays) return;
      yield* p.resets ? tcp.reset('client') : tcp.close(random.pick(['client', 'server'] as const));
    };
    yield random.uniform(0, durationS / 5);
    for (let i = 0; i < p.connections; i++) {
      network.spawn(connect());
      yield random.exponential(1 / rate);
      if (p.pulses && random.chance(4 / p.connections)) yield random.exponential(durationS / 12);
    }
  },
});
