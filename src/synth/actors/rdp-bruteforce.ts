import { defineActor } from '../actor.ts';
import type { Script } from '../network.ts';
import { userName } from '../names.ts';
import { HELLO_SHAPE_NAMES } from '../payloads/tls-message.ts';
import { endSomehow } from '../sessions/ending.ts';
import { guessPasswords, LOGIN_PARAMETERS, refusalS } from '../sessions/login-attempts.ts';
import { rdpLogOn } from '../sessions/rdp-session.ts';

/** Passwords tried over RDP; one per connection, since network level authentication allows no more. */
export const rdpBruteforce = defineActor({
  name: 'rdp-bruteforce',
  family: 'bruteforce',
  detail: 'rdp',
  summary: 'tries passwords over RDP with network level authentication',
  place: 'either',
  parameters: LOGIN_PARAMETERS,
  *run(actor): Script {
    const { random } = actor;
    const shape = random.pick(HELLO_SHAPE_NAMES);
    const user = random.chance(0.6) ? userName(random) : undefined;
    yield* guessPasswords(actor, {
      port: 3389,
      otherPorts: [3390, 33890, 13389],
      *converse(tcp, { succeeds }) {
        yield* rdpLogOn(actor, tcp, {
          user: user ?? userName(random),
          shape,
          thinkS: succeeds ? 0.03 : refusalS(actor),
        });
        if (succeeds) yield* tcp.send('server', random.logNormal(60_000, 0.7));
        yield* endSomehow(actor, tcp);
      },
    });
  },
});
