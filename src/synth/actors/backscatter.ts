import { TCP_ACK, TCP_RST, TCP_SYN } from '../../capture/packet.ts';
import { defineActor } from '../actor.ts';
import type { Script } from '../network.ts';
import { between, count, magnitude, oneOf } from '../parameters.ts';
import { quotedDatagram } from '../payloads/quoted-datagram.ts';

/** The victim of a flood with invented sources, some of which live here: its answers come to hosts that never asked. */
export const backscatter = defineActor({
  name: 'backscatter',
  family: 'backscatter',
  detail: '',
  summary: 'answers SYNs that others forged: SYN-ACKs and RSTs to hosts that never asked',
  place: 'outside',
  parameters: {
    answers: count(8, 600),
    overShare: between(0.05, 0.9),
    kind: oneOf('syn-ack', 'rst', 'mixed', 'icmp'),
    ports: count(1, 4),
    retransmissions: count(0, 4),
    jitter: magnitude(0.1, 3),
  },
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    const ports = Array.from({ length: p.ports }, () => random.pick([80, 443, 53, 22, 6667, 25565, random.integer(1, 65535)])); // prettier-ignore
    const gapS = (durationS * p.overShare) / p.answers;
    yield random.uniform(0, durationS * (1 - p.overShare) * 0.9);
    for (let i = 0; i < p.answers; i++) {
      const target = world.hostAt(world.insideAt(random.integer(1, world.insideSize - 2)), true);
      const isReset = p.kind === 'rst' || (p.kind === 'mixed' && random.chance(0.5));
      const answer = function* (): Script {
        if (p.kind === 'icmp') {
          const quote = quotedDatagram(target, host, 6, [
            random.integer(1024, 65535),
            random.pick(ports),
          ]);
          network.icmp(host, target, { type: 'unreachable', code: 3, rest: 0, payload: quote });
          return;
        }
        const segment = { sourcePort: random.pick(ports), destinationPort: random.integer(1024, 65535), sequence: isReset ? 0 : random.word(), acknowledgment: random.word(), flags: isReset ? TCP_RST | TCP_ACK : TCP_SYN | TCP_ACK, window: isReset ? 0 : host.stack.window, options: isReset ? new Uint8Array(0) : Uint8Array.of(2, 4, 5, 0xb4), payload: new Uint8Array(0) }; // prettier-ignore
        const sends = isReset ? 1 : 1 + p.retransmissions;
        for (let k = 0, waitS = 1; k < sends; k++, waitS *= 2) {
          network.tcp(host, target, segment);
          yield waitS * random.uniform(0.95, 1.1);
        }
      };
      network.spawn(answer());
      yield gapS * random.exponential(1) * Math.min(1, p.jitter) + gapS * Math.max(0, 1 - p.jitter);
    }
  },
});
