import { type Actor, defineActor } from '../actor.ts';
import { invented, randomText, ALPHABETS } from '../names.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude } from '../parameters.ts';
import { browseBeside } from '../sessions/background.ts';
import { resolve } from '../sessions/dns-lookup.ts';
import { endSomehow } from '../sessions/ending.ts';
import { httpExchange } from '../sessions/http-session.ts';
import { type Persona, programPersona } from '../sessions/persona.ts';
import { secretExchange, tlsHandshake } from '../sessions/tls-session.ts';
import { TcpConversation } from '../tcp-conversation.ts';
import type { Site } from '../world.ts';

const parameters = {
  downloads: count(0, 5),
  packageBytes: magnitude(20_000, 400_000),
  services: count(1, 6),
  reports: count(4, 40),
  gapS: magnitude(1, 200),
  gapSpread: between(0.3, 1.6),
  reportBytes: magnitude(80, 5000),
  answerBytes: magnitude(2, 1500),
  errorShare: between(0, 0.25),
  plainShare: between(0, 1),
  /** Lists of revoked certificates, connectivity checks, time stamps: small answers from well-known names. */
  checks: count(0, 12),
  /** Appliances of the house and game servers are often called by their address. */
  literalShare: between(0, 0.15),
  oddPortShare: between(0, 0.3),
  browses: flag(0.6),
};

type Self = Actor<typeof parameters>;

/** Programs come down and reports go up, irregularly, without a browser: installers, stores, telemetry, licences. */
export const installerClient = defineActor({
  name: 'installer-client',
  family: 'benign',
  detail: 'client',
  summary:
    'installs programs over HTTP and reports telemetry, licences and crashes at irregular times',
  place: 'inside',
  parameters,
  *run(actor): Script {
    const { random, world, durationS, parameters: p } = actor;
    if (p.browses) browseBeside(actor, random.logUniform(5, 100));
    const persona = programPersona(random);
    yield random.uniform(0, durationS / 4);
    for (let i = 0; i < p.checks; i++) {
      yield* fetchPlain(actor, persona, world.site(), `/${invented(random)}${random.pick(['.crl', '.txt', '', '/ocsp', '.cab'])}`, random.logNormal(900, 1)); // prettier-ignore
      yield random.exponential(1);
    }
    const store = world.site();
    for (let i = 0; i < p.downloads; i++) {
      const name = `/${invented(random)}/${random.integer(1, 20)}.${random.integer(0, 9)}/${invented(random)}`;
      yield* fetchPlain(actor, persona, store, `${name}${random.pick(['.exe', '.msi', '.zip', '.dll', '.deb', '.apk', '.cab', '.bin'])}`, random.logNormal(p.packageBytes, 0.6)); // prettier-ignore
      yield random.exponential(Math.min(15, durationS / 30));
    }
    const services = Array.from({ length: p.services }, () => {
      const site = world.site();
      return { site, isPlain: random.chance(p.plainShare), isLiteral: random.chance(p.literalShare), port: random.chance(p.oddPortShare) ? random.pick([8080, 8443, 8000, 5222, 9443, 32400]) : 0, path: `/${invented(random)}/${random.pick(['report', 'collect', 'v1/events', 'activate', 'ping'])}` }; // prettier-ignore
    });
    const gapS = Math.min(p.gapS, (durationS * 0.7) / p.reports);
    for (let i = 0; i < p.reports; i++) {
      yield* report(actor, persona, random.pick(services));
      yield Math.min(random.logNormal(gapS, p.gapSpread), durationS / 4);
    }
  },
});

function* fetchPlain(
  actor: Self,
  persona: Persona,
  site: Site,
  uri: string,
  bytes: number,
): Script {
  const { network, random, host } = actor;
  yield* resolve(actor, host, persona, site);
  const tcp = new TcpConversation(network, random, host, random.pick(site.servers), 80);
  if ((yield* tcp.open()) !== 'open') return;
  const request = { method: 'GET', host: site.name, uri, userAgent: persona.userAgent };
  yield* httpExchange(actor, tcp, request, { status: random.chance(0.9) ? 200 : random.pick([304, 302, 404]), bodyBytes: Math.floor(Math.min(400_000, bytes)), thinkS: random.exponential(0.05) }); // prettier-ignore
  yield* endSomehow(actor, tcp);
}

interface Service {
  readonly site: Site;
  readonly isPlain: boolean;
  readonly isLiteral: boolean;
  /** 0: the usual one. */
  readonly port: number;
  readonly path: string;
}

function* report(actor: Self, persona: Persona, service: Service): Script {
  const { network, random, host, parameters: p } = actor;
  const { site, isPlain } = service;
  const server = random.pick(site.servers);
  if (!service.isLiteral) yield* resolve(actor, host, persona, site);
  const port = service.port === 0 ? (isPlain ? 80 : 443) : service.port;
  const tcp = new TcpConversation(network, random, host, server, port, { state: random.chance(0.98) ? 'open' : 'filtered' }); // prettier-ignore
  if ((yield* tcp.open()) !== 'open') return;
  const up = Math.ceil(Math.min(60_000, random.logNormal(p.reportBytes, 0.7)));
  const down = Math.ceil(random.logNormal(p.answerBytes, 0.7));
  const thinkS = random.exponential(site.thinkS);
  if (isPlain) {
    const uri = random.chance(0.7) ? service.path : `${service.path}?id=${randomText(random, ALPHABETS.hex, 32)}`; // prettier-ignore
    const request = { method: random.chance(0.8) ? 'POST' : 'PUT', host: service.isLiteral ? server.text : site.name, uri, userAgent: persona.userAgent, body: up }; // prettier-ignore
    const status = random.chance(p.errorShare) ? random.pick([404, 400, 503, 500]) : random.pick([200, 200, 204]); // prettier-ignore
    yield* httpExchange(actor, tcp, request, { status, bodyBytes: down, thinkS });
  } else {
    yield* tlsHandshake(actor, tcp, { shape: persona.helloShape, serverName: service.isLiteral ? '' : site.name, tls13: site.transport !== 'tls12', selfSigned: service.isLiteral }); // prettier-ignore
    yield* secretExchange(actor, tcp, { up, down, thinkS });
  }
  yield* endSomehow(actor, tcp);
}
