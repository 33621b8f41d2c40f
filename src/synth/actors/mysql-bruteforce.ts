import { defineActor } from '../actor.ts';
import type { Script } from '../network.ts';
import { userName } from '../names.ts';
import {
  mysqlDenied,
  mysqlGreeting,
  mysqlLogin,
  mysqlOk,
  mysqlQuery,
} from '../payloads/mysql-message.ts';
import { endSomehow } from '../sessions/ending.ts';
import { guessPasswords, LOGIN_PARAMETERS, refusalS } from '../sessions/login-attempts.ts';

/** Passwords tried on a MySQL server, one per connection. */
export const mysqlBruteforce = defineActor({
  name: 'mysql-bruteforce',
  family: 'bruteforce',
  detail: 'database',
  summary: 'tries passwords on a MySQL server',
  place: 'either',
  parameters: LOGIN_PARAMETERS,
  *run(actor): Script {
    const { random, host } = actor;
    const user = random.chance(0.7) ? 'root' : undefined;
    yield* guessPasswords(actor, {
      port: 3306,
      otherPorts: [3307, 33060],
      *converse(tcp, { succeeds }) {
        const name = user ?? userName(random);
        yield* tcp.send('server', mysqlGreeting(random));
        yield* tcp.send('client', mysqlLogin(random, name));
        yield* tcp.pause(refusalS(actor) / 10);
        yield* tcp.send('server', succeeds ? mysqlOk(2) : mysqlDenied(name, host.text));
        if (succeeds) {
          yield* tcp.send('client', mysqlQuery('SET NAMES utf8'));
          yield* tcp.send('server', mysqlOk(1));
        }
        yield* endSomehow(actor, tcp);
      },
    });
  },
});
