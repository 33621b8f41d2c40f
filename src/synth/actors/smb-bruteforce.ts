import { defineActor } from '../actor.ts';
import type { Script } from '../network.ts';
import { userName } from '../names.ts';
import { endSomehow } from '../sessions/ending.ts';
import { guessPasswords, LOGIN_PARAMETERS, refusalS } from '../sessions/login-attempts.ts';
import { smbLogOn, smbNegotiate } from '../sessions/smb-session.ts';

/** Passwords tried over SMB. */
export const smbBruteforce = defineActor({
  name: 'smb-bruteforce',
  family: 'bruteforce',
  detail: 'smb',
  summary: 'tries passwords over SMB with NTLM',
  place: 'either',
  parameters: LOGIN_PARAMETERS,
  *run(actor): Script {
    const { random } = actor;
    const user = random.chance(0.5) ? userName(random) : undefined;
    yield* guessPasswords(actor, {
      port: 445,
      otherPorts: [445, 139],
      *converse(tcp, { tries, succeeds }) {
        yield* smbNegotiate(actor, tcp);
        for (let i = 0; i < tries; i++) {
          const isRight = succeeds && i + 1 === tries;
          yield* smbLogOn(actor, tcp, {
            user: user ?? userName(random),
            succeeds: isRight,
            thinkS: refusalS(actor) / 10,
          });
        }
        yield* endSomehow(actor, tcp);
      },
    });
  },
});
