import { type Actor, defineActor } from '../actor.ts';
import { type Endpoint, turnaroundS } from '../endpoint.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude } from '../parameters.ts';
import { joinBytes, textBytes } from '../payloads/text-bytes.ts';
import { browseBeside } from '../sessions/background.ts';
import { TcpConversation } from '../tcp-conversation.ts';

const parameters = {
  peers: count(40, 500),
  goneShare: between(0.2, 0.8),
  dhtRate: magnitude(0.1, 10),
  connectRate: magnitude(0.05, 3),
  bytesPerPeer: magnitude(5000, 150_000),
  uploads: between(0.1, 0.9),
  encrypted: flag(0.5),
  browsesToo: flag(0.5),
};

type Self = Actor<typeof parameters>;

/** Peer-to-peer play: strangers everywhere on odd ports, most of them gone, and heavy traffic both ways. */
export const bittorrent = defineActor({
  name: 'bittorrent',
  family: 'benign',
  detail: 'client',
  summary: 'exchanges files with many peers, asks the DHT; many peers are gone',
  place: 'inside',
  parameters,
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    if (p.browsesToo) browseBeside(actor, random.logUniform(10, 200));
    const port = random.integer(6881, 60000);
    const peers = Array.from({ length: p.peers }, () => ({
      endpoint: world.outsideHost(),
      port: random.chance(0.4) ? random.integer(6881, 6999) : random.integer(1024, 65535),
      isGone: random.chance(p.goneShare),
    }));
    const dhtRate = Math.min(p.dhtRate, 4000 / durationS);
    const connectRate = Math.min(p.connectRate, 250 / durationS);
    const askDht = function* (): Script {
      for (;;) {
        yield random.exponential(1 / dhtRate);
        network.spawn(dht(actor, random.pick(peers), port));
      }
    };
    network.spawn(askDht());
    for (;;) {
      yield random.exponential(1 / connectRate);
      const peer = random.pick(peers);
      const isIncoming = !peer.isGone && random.chance(0.25);
      network.spawn(isIncoming ? swap(actor, peer.endpoint, { endpoint: host, port, isGone: false }) : swap(actor, host, peer)); // prettier-ignore
    }
  },
});

interface Peer {
  readonly endpoint: Endpoint;
  readonly port: number;
  readonly isGone: boolean;
}

/** get_peers of the DHT (BEP 5) and its answer. */
function* dht(actor: Self, peer: Peer, port: number): Script {
  const { network, random, host } = actor;
  const id = random.bytes(20);
  const ask = joinBytes(textBytes('d1:ad2:id20:'), id, textBytes('9:info_hash20:'), random.bytes(20), textBytes('e1:q9:get_peers1:t2:aa1:y1:qe')); // prettier-ignore
  network.udp(host, peer.endpoint, [port, peer.port], ask);
  if (peer.isGone) return;
  yield turnaroundS(peer.endpoint, random);
  const nodes = joinBytes(textBytes('d1:rd2:id20:'), id, textBytes('5:nodes208:'), random.bytes(208), textBytes('5:token4:abcde1:t2:aa1:y1:re')); // prettier-ignore
  network.udp(peer.endpoint, host, [peer.port, port], nodes);
}

function* swap(actor: Self, from: Endpoint, to: Peer): Script {
  const { network, random, parameters: p } = actor;
  const state = to.isGone ? random.pick(['filtered', 'filtered', 'closed'] as const) : 'open';
  const tcp = new TcpConversation(network, random, from, to.endpoint, to.port, {
    state,
    retries: 2,
  });
  if ((yield* tcp.open()) !== 'open') return;
  const hello = p.encrypted ? network.opaque(random.integer(96, 600)) : joinBytes(Uint8Array.of(19), textBytes('BitTorrent protocol'), random.bytes(48)); // prettier-ignore
  yield* tcp.send('client', hello);
  yield* tcp.send('server', hello);
  if (random.chance(0.3)) {
    yield* tcp.reset('server');
    return;
  }
  let left = Math.min(400_000, random.logNormal(p.bytesPerPeer, 1));
  while (left > 0) {
    const side = random.chance(p.uploads) === from.inside ? 'client' : 'server';
    const bytes = random.pick([17, 17, 90, 16393, 16393]);
    yield* tcp.send(side, bytes);
    left -= bytes;
    if (random.chance(0.2)) yield* tcp.pause(random.exponential(2));
  }
  yield* random.chance(0.5) ? tcp.reset('client') : tcp.close('server');
}
