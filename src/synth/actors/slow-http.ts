import { defineActor, jittered } from '../actor.ts';
import { ALPHABETS, domainName, randomText } from '../names.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude, oneOf } from '../parameters.ts';
import { browserAgent, httpResponse } from '../payloads/http-message.ts';
import { textBytes } from '../payloads/text-bytes.ts';
import { programPersona } from '../sessions/persona.ts';
import { sendSecret, tlsHandshake } from '../sessions/tls-session.ts';
import { TcpConversation } from '../tcp-conversation.ts';

/** Connections held open by saying almost nothing: slowloris, slow POST (RUDY), slow read. */
export const slowHttp = defineActor({
  name: 'slow-http',
  family: 'dos',
  detail: 'slow',
  summary: 'holds a web server by unfinished requests, like slowloris and RUDY',
  place: 'outside',
  parameters: {
    kind: oneOf('headers', 'body', 'read'),
    connections: count(30, 350),
    connectRatePerS: magnitude(2, 100),
    periodS: magnitude(2, 40),
    jitter: between(0, 0.4),
    encrypted: flag(0.15),
    /** After so long the server gives up, and the attacker comes again. */
    serverTimeoutS: magnitude(10, 400),
    refusedShare: between(0, 0.3),
  },
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    const victim = world.target(random, 'inside', host);
    const name = random.chance(0.5) ? domainName(random) : victim.text;
    const persona = programPersona(random);
    const periodS = Math.min(p.periodS, durationS / 6);
    const endsAtUs = network.nowUs + durationS * 1e6;
    const hold = function* (): Script {
      while (network.nowUs < endsAtUs) {
        const state = random.chance(p.refusedShare)
          ? random.pick(['closed', 'filtered'] as const)
          : 'open';
        const tcp = new TcpConversation(network, random, host, victim, p.encrypted ? 443 : 80, {
          state,
          retries: 1,
        });
        if ((yield* tcp.open()) === 'open') {
          if (p.encrypted)
            yield* tlsHandshake(actor, tcp, {
              shape: persona.helloShape,
              serverName: name,
              tls13: true,
            });
          const say = function* (text: string): Script {
            if (p.encrypted) yield* sendSecret(actor, tcp, 'client', text.length);
            else yield* tcp.send('client', textBytes(text));
          };
          const method = p.kind === 'body' ? 'POST' : 'GET';
          const head = `${method} /${randomText(random, ALPHABETS.base36, 5)} HTTP/1.1\r\nHost: ${name}\r\nUser-Agent: ${browserAgent(random)}\r\n`;
          yield* say(
            p.kind === 'body'
              ? `${head}Content-Length: 8192\r\n\r\n`
              : p.kind === 'read'
                ? `${head}\r\n`
                : head,
          );
          if (p.kind === 'read') yield* tcp.send('server', httpResponse(200, 1_000_000));
          let heldS = 0;
          while (heldS < p.serverTimeoutS) {
            const waitS = jittered(actor, periodS, p.jitter);
            yield* tcp.pause(waitS);
            heldS += waitS;
            if (p.kind === 'read') yield* tcp.keepAlive('server');
            else yield* say(p.kind === 'body' ? randomText(random, ALPHABETS.base36, random.integer(1, 60)) : `X-${randomText(random, ALPHABETS.letters, 4)}: ${random.integer(1, 5000)}\r\n`); // prettier-ignore
          }
          yield* random.chance(0.6) ? tcp.close('server') : tcp.reset('server');
        }
        yield random.exponential(periodS / 2);
      }
    };
    yield random.uniform(0, durationS / 10);
    for (let i = 0; i < p.connections; i++) {
      network.spawn(hold());
      yield random.exponential(1 / p.connectRatePerS);
    }
  },
});
