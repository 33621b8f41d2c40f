import { defineActor } from '../actor.ts';
import type { Script } from '../network.ts';
import { SSH_CLIENTS, SSH_SERVERS } from '../payloads/ssh-message.ts';
import { endSomehow } from '../sessions/ending.ts';
import { guessPasswords, LOGIN_PARAMETERS, refusalS } from '../sessions/login-attempts.ts';
import { sshAttempt, sshHandshake, sshShell, type SshSoftware } from '../sessions/ssh-session.ts';

/** Libraries that guessers are written with come first, but any client may be named. */
const TOOLS = ['libssh2_1.10.0', 'libssh_0.9.6', 'Go', 'paramiko_2.12.0', ...SSH_CLIENTS];

/** Passwords tried over SSH. */
export const sshBruteforce = defineActor({
  name: 'ssh-bruteforce',
  family: 'bruteforce',
  detail: 'ssh',
  summary: 'tries passwords over SSH, in parallel or slowly on several hosts',
  place: 'either',
  parameters: LOGIN_PARAMETERS,
  *run(actor): Script {
    const { random } = actor;
    const client = random.pick(TOOLS);
    const servers = new Map<string, SshSoftware>();
    yield* guessPasswords(actor, {
      port: 22,
      otherPorts: [2222, 2022, 22222],
      *converse(tcp, { target, tries, succeeds }) {
        const software = servers.get(target.text) ?? { client, server: random.pick(SSH_SERVERS) };
        servers.set(target.text, software);
        yield* sshHandshake(actor, tcp, software);
        for (let i = 0; i < tries; i++) {
          const isRight = succeeds && i + 1 === tries;
          yield* sshAttempt(
            actor,
            tcp,
            random.integer(3, 14),
            isRight ? 0.05 : refusalS(actor) + 0.21,
          );
          yield* tcp.pause(random.exponential(0.02));
        }
        if (succeeds) yield* sshShell(actor, tcp, random.integer(1, 6));
        yield* endSomehow(actor, tcp);
      },
    });
  },
});
