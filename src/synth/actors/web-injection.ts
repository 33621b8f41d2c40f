import { defineActor } from '../actor.ts';
import { domainName, urlPath } from '../names.ts';
import type { Script } from '../network.ts';
import { count, flag, magnitude, oneOf } from '../parameters.ts';
import { injectedUri } from '../payloads/attack-uri.ts';
import { endSomehow } from '../sessions/ending.ts';
import { httpExchange } from '../sessions/http-session.ts';
import { programPersona } from '../sessions/persona.ts';
import { TcpConversation } from '../tcp-conversation.ts';

/** A person, or a script that knows where: few requests, each with an attack in it, among ordinary ones. */
export const webInjection = defineActor({
  name: 'web-injection',
  family: 'webattack',
  detail: 'injection',
  summary: 'sends a few requests with SQL, script, path or command injections',
  place: 'outside',
  parameters: {
    kind: oneOf('sql', 'xss', 'traversal', 'command', 'all'),
    attacks: count(4, 60),
    ordinaryRequests: count(0, 12),
    pauseS: magnitude(0.2, 20),
    posts: flag(0.3),
    requestsPerConnection: count(1, 5),
    succeeds: flag(0.4),
    targets: count(1, 3),
  },
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    const persona = programPersona(random);
    const pauseS = Math.min(p.pauseS, durationS / (2 * p.attacks));
    const kinds = ['sql', 'xss', 'traversal', 'command'] as const;
    const targets = Array.from({ length: p.targets }, () => ({ server: world.target(random, 'inside', host), name: domainName(random), path: urlPath(random).split('?')[0]! })); // prettier-ignore
    yield random.uniform(0, durationS / 6);
    const order = random.shuffle([...Array<boolean>(p.attacks).fill(true), ...Array<boolean>(p.ordinaryRequests).fill(false)]); // prettier-ignore
    for (let i = 0; i < order.length;) {
      const { server, name, path } = random.pick(targets);
      const tcp = new TcpConversation(
        network,
        random,
        host,
        server,
        random.chance(0.9) ? 80 : 8080,
      );
      if ((yield* tcp.open()) !== 'open') return;
      for (let k = 0; k < p.requestsPerConnection && i < order.length; k++, i++) {
        const isAttack = order[i]!;
        const kind = p.kind === 'all' ? random.pick(kinds) : p.kind;
        const uri = isAttack ? injectedUri(random, path, kind) : urlPath(random);
        const isPost = isAttack && p.posts;
        const status = isAttack
          ? random.pick(p.succeeds ? [200, 200, 500] : [200, 403, 404, 500, 400])
          : 200;
        yield* httpExchange(
          actor,
          tcp,
          { method: isPost ? 'POST' : 'GET', host: name, uri: isPost ? path : uri, userAgent: persona.userAgent, ...(isPost ? { body: uri.slice(uri.indexOf('?') + 1) } : {}) }, // prettier-ignore
          {
            status,
            bodyBytes: Math.floor(Math.min(30_000, random.logNormal(2500, 0.8))),
            thinkS: random.exponential(kind === 'sql' ? 0.4 : 0.05),
          },
        );
        yield* tcp.pause(random.exponential(pauseS));
      }
      yield* endSomehow(actor, tcp);
    }
  },
});
