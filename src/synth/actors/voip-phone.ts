import { type Actor, defineActor, jittered } from '../actor.ts';
import { type Endpoint, turnaroundS } from '../endpoint.ts';
import { ALPHABETS, invented, randomText } from '../names.ts';
import type { Script } from '../network.ts';
import { count, magnitude, oneOf } from '../parameters.ts';
import { rtpPacket, sipRequest, sipResponse } from '../payloads/sip-message.ts';

const parameters = {
  registerS: magnitude(20, 600),
  calls: count(1, 4),
  callS: magnitude(4, 40),
  /** Audio at 50 packets a second, or video in irregular large packets. */
  media: oneOf('audio', 'audio', 'video'),
};

type Self = Actor<typeof parameters>;

/** A telephone, or somebody in a video meeting: SIP and RTP both ways. */
export const voipPhone = defineActor({
  name: 'voip-phone',
  family: 'benign',
  detail: 'client',
  summary: 'registers by SIP and calls over RTP',
  place: 'inside',
  parameters,
  *run(actor): Script {
    const { network, random, world, durationS, parameters: p } = actor;
    const server = world.host(random.pick(['inside', 'outside']), { label: 'benign/server' });
    network.spawn(register(actor, server));
    for (let i = 0; i < p.calls; i++) {
      yield random.exponential(durationS / (p.calls + 1));
      yield* call(actor, server);
    }
  },
});

function* register(actor: Self, server: Endpoint): Script {
  const { network, random, host, parameters: p } = actor;
  const user = invented(random);
  for (let sequence = 1; ; sequence++) {
    const dialog = { from: { user, host: host.text }, to: { user, host: server.text }, callId: randomText(random, ALPHABETS.hex, 16), sequence }; // prettier-ignore
    network.udp(host, server, [5060, 5060], sipRequest('REGISTER', dialog));
    yield turnaroundS(server, random);
    network.udp(server, host, [5060, 5060], sipResponse('200 OK', 'REGISTER', dialog));
    yield jittered(actor, p.registerS, 0.1);
  }
}

function* call(actor: Self, server: Endpoint): Script {
  const { network, random, host, parameters: p } = actor;
  const dialog = { from: { user: invented(random), host: host.text }, to: { user: invented(random), host: server.text }, callId: randomText(random, ALPHABETS.hex, 16), sequence: 1 }; // prettier-ignore
  const [ours, theirs] = [random.integer(5000, 15000) * 2, random.integer(5000, 15000) * 2];
  network.udp(host, server, [5060, 5060], sipRequest('INVITE', dialog, ours));
  yield turnaroundS(server, random);
  network.udp(server, host, [5060, 5060], sipResponse('180 Ringing', 'INVITE', dialog));
  yield random.exponential(3);
  network.udp(server, host, [5060, 5060], sipResponse('200 OK', 'INVITE', dialog, theirs));
  yield turnaroundS(host, random);
  network.udp(host, server, [5060, 5060], sipRequest('ACK', dialog));
  const lengthS = random.exponential(p.callS);
  network.spawn(stream(actor, [host, server], [ours, theirs], lengthS));
  yield* stream(actor, [server, host], [theirs, ours], lengthS);
  network.udp(host, server, [5060, 5060], sipRequest('BYE', { ...dialog, sequence: 2 }));
  yield turnaroundS(server, random);
  network.udp(server, host, [5060, 5060], sipResponse('200 OK', 'BYE', { ...dialog, sequence: 2 }));
}

function* stream(
  actor: Self,
  [from, to]: readonly [Endpoint, Endpoint],
  ports: readonly [number, number],
  lengthS: number,
): Script {
  const { network, random, parameters: p } = actor;
  const source = random.word();
  const isAudio = p.media === 'audio';
  const stepS = isAudio ? 0.02 : 0.012;
  for (let sequence = 0; sequence * stepS < lengthS; sequence++) {
    const bytes = isAudio ? 160 : random.integer(300, 1150);
    const fields = { type: isAudio ? 0 : 96, sequence, time: sequence * 160, source };
    network.udp(from, to, ports, rtpPacket(fields, network.opaque(bytes)));
    yield stepS * random.uniform(0.9, 1.1);
  }
}
