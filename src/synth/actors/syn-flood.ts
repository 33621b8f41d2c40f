import { TCP_ACK, TCP_RST, TCP_SYN } from '../../capture/packet.ts';
import { type Actor, defineActor } from '../actor.ts';
import { type Endpoint, turnaroundS } from '../endpoint.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude, oneOf, oneOfNumbers } from '../parameters.ts';

const parameters = {
  sources: oneOf('spoofed', 'one', 'few'),
  packets: count(400, 7000),
  ratePerS: magnitude(20, 8000),
  jitter: between(0, 1),
  ports: count(1, 3),
  /** Shares of SYNs that the victim still answers, or refuses. */
  answeredShare: between(0, 1),
  refusedShare: between(0, 0.3),
  sendsOptions: flag(0.5),
  /** Spoofed sources that are used again. */
  reuseShare: between(0, 0.6),
  /** hping3 -d fills with X. */
  payloadBytes: oneOfNumbers(0, 0, 0, 120),
  pulses: flag(0.3),
};

type Self = Actor<typeof parameters>;

const NOTHING = new Uint8Array(0);

/** More SYNs than a server can keep: hping3, LOIC-likes, Mirai's; from one source, a few, or invented ones. */
export const synFlood = defineActor({
  name: 'syn-flood',
  family: 'dos',
  detail: 'syn',
  summary: 'floods a server with SYNs, from one source or from spoofed ones',
  place: 'outside',
  parameters,
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    const victim = world.target(random, 'inside', host);
    const ports = Array.from({ length: p.ports }, () =>
      random.pick([80, 443, 53, 22, 25, 8080, random.integer(1, 65535)]),
    );
    const sources = p.sources === 'few' ? Array.from({ length: random.integer(2, 12) }, () => world.outsideHost({ label: 'dos/syn' })) : [host]; // prettier-ignore
    const rate = Math.max(p.ratePerS, p.packets / durationS);
    yield random.uniform(0, durationS / 5);
    for (let i = 0; i < p.packets; i++) {
      if (p.sources === 'spoofed' && (i === 0 || !random.chance(p.reuseShare))) sources[0] = world.outsideHost({ label: 'dos/syn' }); // prettier-ignore
      network.spawn(flood(actor, random.pick(sources), victim, random.pick(ports)));
      yield (1 / rate) * (random.chance(p.jitter) ? random.exponential(1) : 1);
      if (p.pulses && random.chance(0.0015)) yield random.exponential(durationS / 12);
    }
  },
});

function* flood(actor: Self, source: Endpoint, victim: Endpoint, port: number): Script {
  const { network, random, parameters: p } = actor;
  const sequence = random.word();
  const sourcePort = random.integer(1024, 65535);
  const out = {
    sourcePort,
    destinationPort: port,
    acknowledgment: 0,
    payload: new Uint8Array(p.payloadBytes).fill(0x58),
  };
  const options = p.sendsOptions ? Uint8Array.of(2, 4, 0x05, 0xb4) : NOTHING;
  network.tcp(source, victim, {
    ...out,
    sequence,
    flags: TCP_SYN,
    window: random.pick([512, 64, 64240]),
    options,
  });
  if (!random.chance(p.answeredShare)) return;
  yield turnaroundS(victim, random);
  const isRefused = random.chance(p.refusedShare);
  const back = {
    sourcePort: port,
    destinationPort: sourcePort,
    acknowledgment: (sequence + 1) >>> 0,
    payload: NOTHING,
  };
  network.tcp(victim, source, {
    ...back,
    sequence: isRefused ? 0 : random.word(),
    flags: isRefused ? TCP_RST | TCP_ACK : TCP_SYN | TCP_ACK,
    window: isRefused ? 0 : victim.stack.window,
    options: isRefused ? NOTHING : Uint8Array.of(2, 4, 0x05, 0xb4),
  });
  if (isRefused || p.sources === 'spoofed') return;
  yield turnaroundS(source, random); // the source's own system knows nothing of that connection
  if (random.chance(0.7)) network.tcp(source, victim, { ...out, payload: NOTHING, sequence: (sequence + 1) >>> 0, flags: TCP_RST, window: 0, options: NOTHING }); // prettier-ignore
}
