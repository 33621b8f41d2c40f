import { defineActor } from '../actor.ts';
import type { Script } from '../network.ts';
import { password, userName } from '../names.ts';
import { joinBytes, textBytes } from '../payloads/text-bytes.ts';
import { dialogue } from '../sessions/dialogue.ts';
import { endSomehow } from '../sessions/ending.ts';
import { guessPasswords, LOGIN_PARAMETERS, refusalS } from '../sessions/login-attempts.ts';

/** IAC DO terminal type, DO window size, WILL echo, WILL suppress go ahead, and the client's consent (RFC 854). */
const OFFER = Uint8Array.of(255, 253, 24, 255, 253, 31, 255, 251, 1, 255, 251, 3);
const CONSENT = Uint8Array.of(255, 252, 24, 255, 252, 31, 255, 253, 1, 255, 253, 3);

/** Passwords tried over telnet, as Mirai and its heirs do. */
export const telnetBruteforce = defineActor({
  name: 'telnet-bruteforce',
  family: 'bruteforce',
  detail: 'telnet',
  summary: 'tries passwords over telnet, like Mirai',
  place: 'either',
  parameters: LOGIN_PARAMETERS,
  *run(actor): Script {
    const { random } = actor;
    const prompt = random.pick([
      'login: ',
      'Username:',
      'BusyBox login: ',
      'User Access Verification\r\n\r\nUsername: ',
    ]);
    yield* guessPasswords(actor, {
      port: 23,
      otherPorts: [2323, 26],
      *converse(tcp, { tries, succeeds }) {
        yield* tcp.pause(random.exponential(0.05));
        yield* tcp.send('server', OFFER);
        yield* tcp.send('client', CONSENT);
        for (let i = 0; i < tries; i++) {
          const isRight = succeeds && i + 1 === tries;
          yield* tcp.send(
            'server',
            textBytes(i === 0 ? prompt : `\r\nLogin incorrect\r\n${prompt}`),
          );
          const user = textBytes(`${userName(random)}\r\n`);
          yield* tcp.send('client', user);
          yield* tcp.send('server', joinBytes(user, textBytes('Password: ')));
          yield* tcp.send('client', textBytes(`${password(random)}\r\n`));
          yield* tcp.pause(isRight ? 0.02 : refusalS(actor));
        }
        if (succeeds) {
          const lines = [
            'enable',
            'system',
            'shell',
            'sh',
            '/bin/busybox TSUNAMI',
            'cat /proc/mounts',
          ];
          yield* dialogue(actor, tcp, 0.05, lines.flatMap((line) => [['client', line], ['server', `${line}\r\n$ `]] as const)); // prettier-ignore
        } else yield* tcp.send('server', textBytes('\r\nLogin incorrect\r\n'));
        yield* endSomehow(actor, tcp);
      },
    });
  },
});
