import { defineActor, jittered } from '../actor.ts';
import { takePort, turnaroundS } from '../endpoint.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude, oneOf } from '../parameters.ts';
import { browseBeside } from '../sessions/background.ts';
import { TcpConversation } from '../tcp-conversation.ts';

/** A bot without a master's server: it asks a list of peers, most of them long gone, for news. ZeroAccess, Zeus, Hajime. */
export const p2pBot = defineActor({
  name: 'p2p-bot',
  family: 'c2',
  detail: 'p2p',
  summary: 'asks many peers for news over UDP or TCP; most of them are gone',
  place: 'inside',
  parameters: {
    transport: oneOf('udp', 'udp', 'tcp'),
    peers: count(20, 300),
    roundS: magnitude(2, 300),
    peersPerRound: count(1, 20),
    aliveShare: between(0.05, 0.6),
    requestBytes: count(16, 300),
    answerBytes: count(20, 1200),
    samePort: flag(0.6),
    jitter: between(0, 0.3),
    browsesToo: flag(0.6),
  },
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    if (p.browsesToo) browseBeside(actor, random.logUniform(10, 120));
    const port = random.integer(1024, 65000);
    const peers = Array.from({ length: p.peers }, () => ({
      endpoint: world.outsideHost(),
      port: p.samePort ? port : random.integer(1024, 65000),
      isAlive: random.chance(p.aliveShare),
    }));
    const ownPort = takePort(host, random);
    const roundS = Math.min(p.roundS, durationS / 12);
    const ask = function* (): Script {
      const peer = random.pick(peers);
      if (p.transport === 'udp') {
        network.udp(host, peer.endpoint, [ownPort, peer.port], network.opaque(p.requestBytes));
        if (!peer.isAlive) return;
        yield turnaroundS(peer.endpoint, random);
        network.udp(peer.endpoint, host, [peer.port, ownPort], network.opaque(Math.round(jittered(actor, p.answerBytes, 0.2)))); // prettier-ignore
        return;
      }
      const state = peer.isAlive
        ? 'open'
        : random.pick(['filtered', 'filtered', 'closed'] as const);
      const tcp = new TcpConversation(network, random, host, peer.endpoint, peer.port, {
        state,
        retries: 1,
      });
      if ((yield* tcp.open()) !== 'open') return;
      yield* tcp.send('client', p.requestBytes);
      yield* tcp.pause(random.exponential(0.05));
      yield* tcp.send('server', p.answerBytes);
      yield* tcp.close('client');
    };
    yield random.uniform(0, Math.min(5, durationS / 10));
    for (;;) {
      for (let i = 0; i < p.peersPerRound; i++) network.spawn(ask(), random.uniform(0, roundS / 4));
      yield jittered(actor, roundS, p.jitter);
    }
  },
});
