import { defineActor, jittered } from '../actor.ts';
import { takePort } from '../endpoint.ts';
import { domainName, siteName } from '../names.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude, oneOf } from '../parameters.ts';
import { DNS_TYPES } from '../payloads/dns-message.ts';
import { textBytes } from '../payloads/text-bytes.ts';
import { browseBeside } from '../sessions/background.ts';
import { lookUp } from '../sessions/dns-lookup.ts';
import { httpExchange } from '../sessions/http-session.ts';
import { programPersona } from '../sessions/persona.ts';
import { smbLogOn, smbNegotiate } from '../sessions/smb-session.ts';
import { TcpConversation } from '../tcp-conversation.ts';

/** Something is wrong and it will not give up: a dead server, a name that is gone, a password that was changed. */
export const brokenClient = defineActor({
  name: 'broken-client',
  family: 'benign',
  detail: 'client',
  summary: 'retries a dead server, a missing name or an old password for ever',
  place: 'inside',
  parameters: {
    fault: oneOf('closed', 'filtered', 'missing-name', 'old-password', 'silent-udp'),
    retryS: magnitude(0.5, 120),
    jitter: between(0, 0.2),
    servers: count(1, 4),
    burst: count(1, 4),
    browses: flag(0.6),
  },
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    if (p.browses) browseBeside(actor, random.logUniform(10, 150));
    const persona = programPersona(random);
    const retryS = Math.min(Math.max(p.retryS, durationS / 600), durationS / 8);
    const port = random.pick([80, 443, 445, 25, 5432, 8080, 9100, 1521, 514, 8883]);
    const names = Array.from({ length: p.servers }, () => siteName(random, domainName(random)));
    const targets = names.map(() => world.host(random.pick(['inside', 'outside'])));
    const usesSmb = random.chance(0.4);
    yield random.uniform(0, 5);
    for (;;) {
      const i = random.integer(0, p.servers - 1);
      const target = targets[i]!;
      for (let k = 0; k < p.burst; k++) {
        if (p.fault === 'missing-name') {
          yield* lookUp(actor, host, { name: names[i]!, type: random.pick([DNS_TYPES.A, DNS_TYPES.AAAA]), answers: undefined }); // prettier-ignore
        } else if (p.fault === 'silent-udp') {
          network.udp(
            host,
            target,
            [takePort(host, random), 514],
            textBytes(`<13>app[${random.integer(1, 9999)}]: retry`),
          );
        } else if (p.fault === 'old-password') {
          const tcp = new TcpConversation(network, random, host, target, usesSmb ? 445 : 80);
          if ((yield* tcp.open()) !== 'open') continue;
          if (usesSmb) {
            yield* smbNegotiate(actor, tcp);
            yield* smbLogOn(actor, tcp, { user: 'svc_sync', succeeds: false, thinkS: 0.01 });
          } else yield* httpExchange(actor, tcp, { method: 'GET', host: names[i]!, uri: '/dav/calendar', userAgent: persona.userAgent, headers: ['Authorization: Basic b2xkOnBhc3N3b3Jk'] }, { status: 401, bodyBytes: 381, thinkS: 0.02 }); // prettier-ignore
          yield* tcp.close('client');
        } else
          yield* new TcpConversation(network, random, host, target, port, {
            state: p.fault,
            retries: 3,
          }).open();
      }
      yield jittered(actor, retryS, p.jitter);
    }
  },
});
