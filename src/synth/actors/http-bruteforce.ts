import { defineActor } from '../actor.ts';
import type { Script } from '../network.ts';
import { domainName, password, userName } from '../names.ts';
import { flag, oneOf } from '../parameters.ts';
import { endSomehow } from '../sessions/ending.ts';
import { httpExchange } from '../sessions/http-session.ts';
import { guessPasswords, LOGIN_PARAMETERS, refusalS } from '../sessions/login-attempts.ts';
import { programPersona } from '../sessions/persona.ts';
import { secretExchange, tlsHandshake } from '../sessions/tls-session.ts';

const FORMS = ['/wp-login.php', '/login', '/admin/login.php', '/xmlrpc.php', '/user/login', '/administrator/index.php', '/api/auth', '/phpmyadmin/index.php'] as const; // prettier-ignore

/** Passwords tried on a web page's form, or on basic authentication. */
export const httpBruteforce = defineActor({
  name: 'http-bruteforce',
  family: 'bruteforce',
  detail: 'http',
  summary: 'tries passwords on a web form or on basic authentication',
  place: 'either',
  parameters: {
    ...LOGIN_PARAMETERS,
    method: oneOf('form', 'form', 'basic', 'basic', 'tls'),
    /** Fetches the form before each try, as tools do that need its token. */
    fetchesForm: flag(0.4),
  },
  *run(actor): Script {
    const { random, parameters: p } = actor;
    const persona = programPersona(random);
    const host = domainName(random);
    const uri = random.pick(FORMS);
    const failure = { status: p.method === 'basic' ? 401 : random.pick([200, 200, 302, 401, 403]), bodyBytes: random.integer(100, 6000) }; // prettier-ignore
    const user = random.chance(0.6) ? userName(random) : undefined;
    yield* guessPasswords(actor, {
      port: p.method === 'tls' ? 443 : 80,
      otherPorts: p.method === 'tls' ? [8443] : [8080, 8000],
      *converse(tcp, { tries, succeeds }) {
        if (p.method === 'tls') yield* tlsHandshake(actor, tcp, { shape: persona.helloShape, serverName: host, tls13: true }); // prettier-ignore
        for (let i = 0; i < tries; i++) {
          const isRight = succeeds && i + 1 === tries;
          const secret = `${user ?? userName(random)}:${password(random)}`;
          const thinkS = refusalS(actor) / 4;
          if (p.method === 'tls') {
            yield* secretExchange(actor, tcp, { up: 300 + secret.length, down: isRight ? 900 : failure.bodyBytes, thinkS }); // prettier-ignore
            continue;
          }
          const request = { method: 'POST', host, uri, userAgent: persona.userAgent };
          if (p.fetchesForm && p.method === 'form') yield* httpExchange(actor, tcp, { ...request, method: 'GET' }, { status: 200, bodyBytes: failure.bodyBytes, thinkS }); // prettier-ignore
          const answer = isRight ? { status: 302, bodyBytes: 0, thinkS } : { ...failure, thinkS };
          if (p.method === 'form') yield* httpExchange(actor, tcp, { ...request, body: `log=${secret.replace(':', '&pwd=')}` }, answer); // prettier-ignore
          else yield* httpExchange(actor, tcp, { ...request, method: 'GET', headers: [`Authorization: Basic ${btoa(secret)}`] }, answer); // prettier-ignore
        }
        yield* endSomehow(actor, tcp);
      },
    });
  },
});
