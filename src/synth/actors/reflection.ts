import { TCP_ACK, TCP_SYN } from '../../capture/packet.ts';
import { type Actor, defineActor } from '../actor.ts';
import type { Endpoint } from '../endpoint.ts';
import { domainName } from '../names.ts';
import type { Script } from '../network.ts';
import { between, count, magnitude, oneOf } from '../parameters.ts';
import { type Amplifier, AMPLIFIERS, amplifiedAnswer } from '../payloads/amplification-message.ts';

const parameters = {
  service: oneOf('dns', 'ntp', 'ssdp', 'memcached', 'cldap', 'chargen', 'snmp', 'syn-ack'),
  reflectors: count(30, 900),
  /** Answers that each reflector sends. */
  answersEach: magnitude(1, 4),
  overS: magnitude(2, 60),
  /** SYN-ACKs are sent again when nothing comes back. */
  retransmissions: count(0, 3),
  fixedVictimPort: between(0, 1),
};

type Self = Actor<typeof parameters>;

/** Servers made to answer questions that the victim never asked: seen at the victim, a packet or a few from each. */
export const reflection = defineActor({
  name: 'reflection',
  family: 'dos',
  detail: 'reflection',
  summary: 'many servers whose unasked answers flood one inside host',
  place: 'outside',
  parameters,
  *run(actor): Script {
    const { network, random, world, durationS, host, parameters: p } = actor;
    const victim = world.target(random, 'inside', host);
    const victimPort = random.chance(p.fixedVictimPort)
      ? random.pick([80, 443, random.integer(1024, 65535)])
      : undefined;
    const zone = domainName(random);
    const overS = Math.min(p.overS, durationS / 2);
    for (let i = 0; i < p.reflectors; i++) {
      const reflector = i === 0 ? host : world.outsideHost({ label: 'dos/reflection' });
      const answers = Math.max(1, Math.round(random.exponential(p.answersEach)));
      const startS = random.uniform(0, durationS / 4);
      for (let k = 0; k < answers; k++) {
        const port = victimPort ?? random.integer(1024, 65535);
        network.spawn(
          answer(actor, reflector, victim, port, zone),
          startS + random.uniform(0, overS),
        );
      }
      yield 0; // let others in between: the reflectors are many
    }
  },
});

function* answer(
  actor: Self,
  reflector: Endpoint,
  victim: Endpoint,
  port: number,
  zone: string,
): Script {
  const { network, random, parameters: p } = actor;
  if (p.service !== 'syn-ack') {
    const service: Amplifier = p.service;
    for (const datagram of amplifiedAnswer(random, service, zone)) {
      network.udp(reflector, victim, [AMPLIFIERS[service], port], datagram);
      yield 0.0002;
    }
    return;
  }
  const segment = { sourcePort: random.pick([80, 443, 22, 179]), destinationPort: port, sequence: random.word(), acknowledgment: random.word(), flags: TCP_SYN | TCP_ACK, window: reflector.stack.window, options: Uint8Array.of(2, 4, 5, 0xb4), payload: new Uint8Array(0) }; // prettier-ignore
  let waitS = 1;
  for (let i = 0; i <= p.retransmissions; i++) {
    network.tcp(reflector, victim, segment);
    yield waitS * random.uniform(0.95, 1.1);
    waitS *= 2;
  }
}
