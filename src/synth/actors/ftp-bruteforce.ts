import { defineActor } from '../actor.ts';
import type { Script } from '../network.ts';
import { password, userName } from '../names.ts';
import { dialogue } from '../sessions/dialogue.ts';
import { endSomehow } from '../sessions/ending.ts';
import { guessPasswords, LOGIN_PARAMETERS, refusalS } from '../sessions/login-attempts.ts';

const BANNERS = ['(vsFTPd 3.0.3)', 'ProFTPD Server ready.', 'Microsoft FTP Service', 'FTP server ready', 'Welcome to Pure-FTPd'] as const; // prettier-ignore

/** Passwords tried over FTP. */
export const ftpBruteforce = defineActor({
  name: 'ftp-bruteforce',
  family: 'bruteforce',
  detail: 'ftp',
  summary: 'tries passwords over FTP',
  place: 'either',
  parameters: LOGIN_PARAMETERS,
  *run(actor): Script {
    const { random } = actor;
    const banner = random.pick(BANNERS);
    const user = random.chance(0.6) ? userName(random) : undefined;
    yield* guessPasswords(actor, {
      port: 21,
      otherPorts: [2121, 8021],
      *converse(tcp, { tries, succeeds }) {
        yield* dialogue(actor, tcp, 0.02, [['server', `220 ${banner}`]]);
        for (let i = 0; i < tries; i++) {
          const isRight = succeeds && i + 1 === tries;
          yield* dialogue(actor, tcp, 0.005, [
            ['client', `USER ${user ?? userName(random)}`],
            ['server', '331 Please specify the password.'],
            ['client', `PASS ${password(random)}`],
          ]);
          yield* tcp.pause(isRight ? 0.01 : refusalS(actor));
          yield* dialogue(actor, tcp, 0, [
            ['server', isRight ? '230 Login successful.' : '530 Login incorrect.'],
          ]);
        }
        if (random.chance(0.4)) yield* dialogue(actor, tcp, 0.01, [['client', 'QUIT'], ['server', '221 Goodbye.']]); // prettier-ignore
        yield* endSomehow(actor, tcp);
      },
    });
  },
});
