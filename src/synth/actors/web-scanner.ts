import { defineActor } from '../actor.ts';
import { domainName, urlPath } from '../names.ts';
import type { Script } from '../network.ts';
import { count, flag, magnitude, oneOf } from '../parameters.ts';
import { guessedPath, injectedUri, SCANNER_AGENTS } from '../payloads/attack-uri.ts';
import { browserAgent } from '../payloads/http-message.ts';
import { endSomehow } from '../sessions/ending.ts';
import { httpExchange } from '../sessions/http-session.ts';
import { programPersona } from '../sessions/persona.ts';
import { secretExchange, tlsHandshake } from '../sessions/tls-session.ts';
import { TcpConversation } from '../tcp-conversation.ts';

/** A tool that tries everything on a web server: nikto, dirbuster, gobuster, sqlmap, nuclei. */
export const webScanner = defineActor({
  name: 'web-scanner',
  family: 'webattack',
  detail: 'scanner',
  summary:
    'asks a web server for hundreds of paths and tries injections, like nikto, gobuster and sqlmap',
  place: 'either',
  parameters: {
    tool: oneOf('paths', 'mixed', 'injection'),
    requests: magnitude(40, 4000),
    /** The server's time for an answer. */
    thinkS: magnitude(0.0002, 0.05),
    workers: count(1, 12),
    ratePerS: magnitude(1, 2000),
    /** Some reuse each connection as long as the server lets them. */
    requestsPerConnection: magnitude(1, 1500),
    foundShare: magnitude(0.0003, 0.3),
    deniedShare: magnitude(0.001, 0.3),
    answerBytes: magnitude(150, 6000),
    encrypted: flag(0.25),
    hidesAgent: flag(0.4),
    uses: oneOf('GET', 'GET', 'HEAD'),
    port: oneOf('standard', 'standard', 'other'),
  },
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    const victim = world.target(
      random,
      host.inside && random.chance(0.5) ? 'outside' : 'inside',
      host,
    );
    const name = random.chance(0.6) ? domainName(random) : victim.text;
    const userAgent = p.hidesAgent ? browserAgent(random) : random.pick(SCANNER_AGENTS);
    const persona = programPersona(random);
    const port =
      p.port === 'other' ? random.pick([8080, 8000, 8443, 8888, 9090]) : p.encrypted ? 443 : 80;
    const base = urlPath(random).split('?')[0]!;
    const uriOf = (): string => {
      const isInjection = p.tool === 'injection' || (p.tool === 'mixed' && random.chance(0.4));
      const kind =
        p.tool === 'injection' && random.chance(0.8)
          ? 'sql'
          : random.pick(['sql', 'xss', 'traversal', 'command'] as const);
      return isInjection
        ? injectedUri(random, random.chance(0.7) ? base : guessedPath(random), kind)
        : guessedPath(random);
    };
    const budget = { left: p.requests };
    const rate = Math.max(p.ratePerS, p.requests / durationS) / p.workers;
    const work = function* (): Script {
      while (budget.left > 0) {
        const tcp = new TcpConversation(network, random, host, victim, port);
        if ((yield* tcp.open()) !== 'open') return;
        if (p.encrypted)
          yield* tlsHandshake(actor, tcp, {
            shape: persona.helloShape,
            serverName: name,
            tls13: true,
          });
        for (let i = 0; i < p.requestsPerConnection && budget.left > 0; i++) {
          budget.left--;
          const uri = uriOf();
          const kind = random.uniform();
          const status = kind < p.foundShare ? random.pick([200, 200, 301, 302]) : kind < p.foundShare + p.deniedShare ? random.pick([403, 401, 500, 400]) : 404; // prettier-ignore
          const bodyBytes = Math.floor(
            status === 200 ? random.logNormal(p.answerBytes * 3, 0.6) : jitter(p.answerBytes),
          );
          const thinkS = random.exponential(p.thinkS);
          if (p.encrypted) yield* secretExchange(actor, tcp, { up: 120 + uri.length + userAgent.length, down: Math.min(bodyBytes, 50_000), thinkS }); // prettier-ignore
          else yield* httpExchange(actor, tcp, { method: p.uses, host: name, uri, userAgent }, { status, bodyBytes: Math.min(bodyBytes, 50_000), thinkS }); // prettier-ignore
          yield* tcp.pause(random.exponential(1 / rate));
        }
        yield* endSomehow(actor, tcp);
      }
    };
    const jitter = (bytes: number): number => bytes * random.uniform(0.95, 1.05);
    yield random.uniform(0, durationS / 10);
    for (let i = 0; i < p.workers; i++) network.spawn(work(), random.exponential(0.2));
  },
});
