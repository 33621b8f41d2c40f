import { type Actor, defineActor } from '../actor.ts';
import type { Endpoint } from '../endpoint.ts';
import { ALPHABETS, domainName, invented, randomText, siteName } from '../names.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude, oneOf } from '../parameters.ts';
import { browseBeside } from '../sessions/background.ts';
import { resolve } from '../sessions/dns-lookup.ts';
import { endSomehow } from '../sessions/ending.ts';
import { httpExchange } from '../sessions/http-session.ts';
import { type Persona, programPersona } from '../sessions/persona.ts';
import { secretExchange, tlsHandshake } from '../sessions/tls-session.ts';
import { TcpConversation } from '../tcp-conversation.ts';

const parameters = {
  /** Programs fetched in the clear at the start: the loader, its payload, its modules. */
  downloads: count(0, 4),
  programBytes: magnitude(15_000, 350_000),
  servers: count(1, 5),
  channel: oneOf('post', 'post', 'get', 'tls', 'tls', 'relay', 'mixed'),
  contacts: count(4, 40),
  /** Gaps are log-normal around this: a program that works, waits, and tries again, without a clock. */
  gapS: magnitude(1, 180),
  gapSpread: between(0.2, 1.6),
  requestBytes: magnitude(60, 3000),
  sizeSpread: between(0.05, 1),
  answerBytes: magnitude(2, 1500),
  /** Share of contacts whose answer is an order with a module in it. */
  moduleShare: magnitude(0.005, 0.2),
  deadShare: between(0, 0.5),
  errorShare: between(0, 0.5),
  isLiteral: flag(0.45),
  standardPort: flag(0.6),
  selfSigned: flag(0.75),
  /** First asks some public service for its own address. */
  asksOwnAddress: flag(0.3),
  agent: oneOf('none', 'browser', 'program', 'odd'),
  browsesToo: flag(0.5),
};

type Self = Actor<typeof parameters>;

interface Controller {
  readonly name: string;
  readonly servers: readonly [Endpoint];
  readonly port: number;
  readonly isDead: boolean;
  readonly isTls: boolean;
}

/** The first minutes of an infection: programs come down, and reports go up to one of a few hosts, at no period. */
export const loaderBot = defineActor({
  name: 'loader-bot',
  family: 'c2',
  detail: 'beacon',
  summary: 'fetches programs and reports to a few controllers at irregular times',
  place: 'inside',
  parameters,
  *run(actor): Script {
    const { random, world, durationS, parameters: p } = actor;
    if (p.browsesToo) browseBeside(actor, random.logUniform(5, 80));
    const persona = infectedPersona(actor);
    yield random.uniform(0, durationS / 4);
    if (p.asksOwnAddress) yield* get(actor, persona, world.site(), '/', random.integer(8, 300));
    const nest = controller(actor, 'http');
    for (let i = 0; i < p.downloads; i++) {
      const name = random.chance(0.5) ? invented(random) : randomText(random, ALPHABETS.base36, random.integer(3, 12)); // prettier-ignore
      const ending = random.pick(['.exe', '.dll', '.bin', '.dat', '.jpg', '.php', '', '.zip', '.txt']); // prettier-ignore
      yield* get(actor, persona, random.chance(0.6) ? nest : controller(actor, 'http'), `/${name}${ending}`, random.logNormal(p.programBytes, 0.5)); // prettier-ignore
      yield random.exponential(Math.min(20, durationS / 30));
    }
    const controllers = Array.from({ length: p.servers }, (_, i) => controller(actor, p.channel === 'post' || p.channel === 'get' || (p.channel === 'mixed' && i % 2 === 0) ? 'http' : 'tls')); // prettier-ignore
    const gapS = Math.min(p.gapS, (durationS * 0.7) / p.contacts);
    for (let i = 0; i < p.contacts; i++) {
      const one = random.chance(0.6) ? controllers[0]! : random.pick(controllers);
      yield* report(actor, persona, one);
      yield Math.min(random.logNormal(gapS, p.gapSpread), durationS / 4);
    }
  },
});

/** It says nothing of itself, or says that it is a browser, or something that nobody else says. */
function infectedPersona(actor: Self): Persona {
  const { random, parameters: p } = actor;
  const persona = programPersona(random);
  const version = `${random.integer(4, 5)}.0`;
  const agents = {
    none: '',
    browser: `Mozilla/${version} (compatible; MSIE ${random.integer(6, 10)}.0; Windows NT ${random.pick(['5.1', '6.1', '6.2', '10.0'])}${random.pick(['', '; SV1', '; Trident/7.0', '; WOW64'])})`,
    program: persona.userAgent,
    odd: random.pick([invented(random), `Mozilla/${version}`, randomText(random, ALPHABETS.base36, random.integer(4, 20))]), // prettier-ignore
  };
  return { ...persona, userAgent: agents[p.agent] };
}

function controller(actor: Self, kind: 'http' | 'tls'): Controller {
  const { random, world, parameters: p } = actor;
  const server = world.outsideHost();
  const isTls = kind === 'tls';
  const usual = isTls ? 443 : 80;
  const port = p.standardPort ? usual : random.chance(0.6) ? random.pick(isTls ? [447, 449, 8443, 4443, 9001, 995, 2222] : [8080, 8081, 81, 8000, 443]) : random.integer(1025, 65000); // prettier-ignore
  return {
    name: p.isLiteral ? (isTls ? '' : server.text) : siteName(random, domainName(random)),
    servers: [server],
    port,
    isDead: random.chance(p.deadShare),
    isTls,
  };
}

function* get(
  actor: Self,
  persona: Persona,
  from: Pick<Controller, 'name' | 'servers'> | { readonly name: string; readonly servers: readonly Endpoint[] }, // prettier-ignore
  uri: string,
  bytes: number,
): Script {
  const { network, random, host } = actor;
  const server = from.servers[0];
  if (from.name !== server.text) yield* resolve(actor, host, persona, from);
  const tcp = new TcpConversation(network, random, host, server, 80);
  if ((yield* tcp.open()) !== 'open') return;
  const request = { method: 'GET', host: from.name, uri, userAgent: persona.userAgent };
  yield* httpExchange(actor, tcp, request, { status: random.chance(0.85) ? 200 : 404, bodyBytes: Math.floor(Math.min(400_000, bytes)), thinkS: random.exponential(0.1) }); // prettier-ignore
  yield* endSomehow(actor, tcp);
}

function* report(actor: Self, persona: Persona, to: Controller): Script {
  const { network, random, host, parameters: p } = actor;
  if (to.name !== '' && to.name !== to.servers[0].text) yield* resolve(actor, host, persona, to);
  const state = to.isDead || random.chance(0.04) ? random.pick(['closed', 'filtered'] as const) : 'open'; // prettier-ignore
  const tcp = new TcpConversation(network, random, host, to.servers[0], to.port, { state, retries: 2 }); // prettier-ignore
  if ((yield* tcp.open()) !== 'open') return;
  const up = Math.ceil(Math.min(60_000, random.logNormal(p.requestBytes, p.sizeSpread)));
  const hasModule = random.chance(p.moduleShare);
  const down = Math.ceil(random.logNormal(p.answerBytes, p.sizeSpread) + (hasModule ? random.logNormal(30_000, 0.8) : 0)); // prettier-ignore
  const thinkS = random.exponential(0.15);
  if (to.isTls) {
    const isRelay = p.channel === 'relay';
    const serverName = isRelay ? `www.${randomText(random, ALPHABETS.base32, random.integer(8, 20))}.com` : to.name; // prettier-ignore
    yield* tlsHandshake(actor, tcp, { shape: persona.helloShape, serverName, tls13: !p.selfSigned && random.chance(0.6), selfSigned: p.selfSigned }); // prettier-ignore
    // An onion relay's cells are all of one size (tor-spec §3).
    const whole = (bytes: number): number => (isRelay ? Math.ceil(bytes / 498) * 514 : bytes);
    for (let i = isRelay ? random.integer(2, 8) : 1; i > 0; i--) {
      yield* secretExchange(actor, tcp, { up: whole(i > 1 ? 400 : up), down: whole(i > 1 ? 400 : down), thinkS }); // prettier-ignore
    }
  } else {
    const isGet = p.channel === 'get';
    const path = `/${random.chance(0.5) ? invented(random) : randomText(random, ALPHABETS.base64, random.integer(3, 40))}${random.pick(['', '.php', '/', '.asp'])}`; // prettier-ignore
    const uri = isGet ? `${path}?${randomText(random, ALPHABETS.base36, 2)}=${randomText(random, ALPHABETS.base64, Math.min(900, up))}` : path; // prettier-ignore
    const request = { method: isGet ? 'GET' : 'POST', host: to.name, uri, userAgent: persona.userAgent, ...(isGet ? {} : { body: up }) }; // prettier-ignore
    const status = random.chance(p.errorShare) ? random.pick([404, 404, 403, 502, 503, 500]) : 200;
    yield* httpExchange(actor, tcp, request, { status, bodyBytes: down, thinkS });
  }
  yield* endSomehow(actor, tcp);
}
