import { defineActor, jittered } from '../actor.ts';
import type { Script } from '../network.ts';
import { count, flag, magnitude, oneOf } from '../parameters.ts';
import { rtpPacket } from '../payloads/sip-message.ts';
import { resolve } from '../sessions/dns-lookup.ts';
import { programPersona } from '../sessions/persona.ts';
import { sendSecret, tlsHandshake } from '../sessions/tls-session.ts';
import { TcpConversation } from '../tcp-conversation.ts';

/** Sends pictures day and night: all upload, hardly any answer. */
export const securityCamera = defineActor({
  name: 'security-camera',
  family: 'benign',
  detail: 'client',
  summary: 'uploads pictures without end, to a recorder inside or to the cloud',
  place: 'inside',
  stack: 'embedded',
  parameters: {
    channel: oneOf('tls', 'rtp', 'tcp'),
    toInside: flag(0.4),
    picturesPerS: magnitude(0.2, 10),
    pictureBytes: magnitude(1000, 40_000),
    /** Keeps the run small: it looks away after so many packets. */
    packets: count(1500, 6000),
    motion: flag(0.5),
  },
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    const persona = programPersona(random);
    const site = world.site();
    const server = p.toInside ? world.insideHost({ label: 'benign/server' }) : site.servers[0]!;
    yield* resolve(actor, host, persona, { name: site.name, servers: [server] });
    const perPicture = 1.6 * Math.ceil(p.pictureBytes / 1400) + 1;
    const periodS = Math.max(1 / p.picturesPerS, (durationS * perPicture) / p.packets);
    const source = random.word();
    let sequence = 0;
    const tcp = new TcpConversation(
      network,
      random,
      host,
      server,
      p.channel === 'tls' ? 443 : 8554,
    );
    if (p.channel !== 'rtp') {
      if ((yield* tcp.open()) !== 'open') return;
      if (p.channel === 'tls')
        yield* tlsHandshake(actor, tcp, { shape: 'embedded', serverName: site.name, tls13: false });
    }
    for (;;) {
      const isQuiet = p.motion && random.chance(0.5);
      const bytes = random.logNormal(p.pictureBytes * (isQuiet ? 0.3 : 1), 0.3);
      if (p.channel === 'tls') yield* sendSecret(actor, tcp, 'client', bytes);
      else if (p.channel === 'tcp') yield* tcp.send('client', bytes);
      else {
        for (let left = bytes; left > 0; left -= 1400) {
          const fields = { type: 96, sequence, time: sequence * 3000, source };
          network.udp(
            host,
            server,
            [5004, 5006],
            rtpPacket(fields, network.opaque(Math.min(1400, left))),
          );
          sequence++;
          yield 0.0004;
        }
      }
      const waitS = jittered(actor, periodS, 0.05);
      if (p.channel === 'rtp') yield waitS;
      else yield* tcp.pause(waitS);
    }
  },
});
