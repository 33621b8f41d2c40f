import { type Actor, defineActor, jittered } from '../actor.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Script } from '../network.ts';
import { ALPHABETS, domainName, invented, randomText, siteName } from '../names.ts';
import { between, count, flag, magnitude, oneOf } from '../parameters.ts';
import { resolve } from '../sessions/dns-lookup.ts';
import { httpExchange } from '../sessions/http-session.ts';
import { browserPersona, type Persona, programPersona } from '../sessions/persona.ts';
import { secretExchange, sendSecret, tlsHandshake } from '../sessions/tls-session.ts';
import { browse } from '../sessions/web-visit.ts';
import { TcpConversation } from '../tcp-conversation.ts';

const parameters = {
  periodS: magnitude(2, 900),
  /** Cobalt Strike's `jitter`: shortens the sleep by up to that share. */
  jitter: between(0, 0.6),
  servers: count(1, 3),
  transport: oneOf('http', 'tls', 'tls'),
  port: oneOf('standard', 'standard', 'alternative'),
  requestBytes: magnitude(60, 1200),
  answerBytes: magnitude(20, 2500),
  /** Share by which sizes vary from check-in to check-in. */
  sizeSpread: between(0, 0.3),
  /** Share of check-ins that carry a task and its result. */
  taskShare: magnitude(0.001, 0.15),
  resultBytes: magnitude(500, 60_000),
  keepsConnection: flag(0.15),
  serverDownShare: between(0, 0.15),
  /** A bare address in the code: no look-up, no SNI. */
  usesName: flag(0.7),
  selfSigned: flag(0.6),
  browsesToo: flag(0.7),
  pagesPerHour: magnitude(10, 200),
};

type Self = Actor<typeof parameters>;

interface Controller {
  readonly name: string;
  readonly servers: readonly [Endpoint];
  readonly port: number;
  readonly paths: readonly string[];
}

/** A bot that asks its controller for work, like Cobalt Strike, Empire, Meterpreter or the RATs of the day. */
export const httpBeacon = defineActor({
  name: 'http-beacon',
  family: 'c2',
  detail: 'beacon',
  summary: 'asks its controllers for work, over HTTP or TLS, at a period with jitter',
  place: 'inside',
  parameters,
  *run(actor): Script {
    const { network, random, host, durationS, parameters: p } = actor;
    const persona = programPersona(random);
    if (p.browsesToo) {
      const habits = {
        pagesPerHour: p.pagesPerHour,
        connectionsPerPage: 1.5,
        requestsPerConnection: 1,
        sizeFactor: 1,
      };
      network.spawn(browse(actor, host, browserPersona(random), habits));
    }
    const controllers = Array.from({ length: p.servers }, () => newController(actor));
    const periodS = Math.min(p.periodS, durationS / 12); // a bot nobody could see is no example of one
    yield random.uniform(0, Math.min(10, durationS / 10));
    let turn = 0;
    for (;;) {
      const controller = controllers[turn]!;
      const isDown = random.chance(p.serverDownShare);
      yield* checkIn(actor, controller, persona, isDown, periodS);
      if (isDown || random.chance(0.05)) turn = (turn + 1) % controllers.length;
      yield jittered(actor, periodS * (1 - p.jitter / 2), p.jitter / 2);
    }
  },
});

function newController(actor: Self): Controller {
  const { random, world, parameters: p } = actor;
  const standard = p.transport === 'http' ? 80 : 443;
  const other =
    p.transport === 'http'
      ? random.pick([8080, 8000, 81, 8888])
      : random.pick([8443, 4443, 447, 449, 9001]);
  const paths = Array.from({ length: random.integer(1, 4) }, () =>
    random.chance(0.5)
      ? `/${invented(random)}.php`
      : `/${randomText(random, ALPHABETS.base36, random.integer(4, 24))}${random.pick(['', '/', '.js', '.gif'])}`,
  );
  return {
    name: siteName(random, domainName(random)),
    servers: [world.outsideHost()],
    port: p.port === 'standard' ? standard : other,
    paths,
  };
}

function* checkIn(
  actor: Self,
  controller: Controller,
  persona: Persona,
  isDown: boolean,
  periodS: number,
): Script {
  const { network, random, host, parameters: p } = actor;
  if (p.usesName) yield* resolve(actor, host, persona, controller);
  const state = isDown ? random.pick(['closed', 'filtered'] as const) : 'open';
  const tcp = new TcpConversation(network, random, host, controller.servers[0], controller.port, {
    state,
    retries: 2,
  });
  if ((yield* tcp.open()) !== 'open') return;
  if (p.transport === 'tls') {
    const serverName = p.usesName ? controller.name : '';
    yield* tlsHandshake(actor, tcp, { shape: persona.helloShape, serverName, tls13: !p.selfSigned, selfSigned: p.selfSigned }); // prettier-ignore
  }
  yield* askForWork(actor, tcp, controller, persona);
  while (p.keepsConnection && random.chance(0.97)) {
    yield* tcp.pause(jittered(actor, periodS * (1 - p.jitter / 2), p.jitter / 2));
    yield* askForWork(actor, tcp, controller, persona);
  }
  yield* tcp.close(random.chance(0.5) ? 'client' : 'server');
}

function* askForWork(
  actor: Self,
  tcp: TcpConversation,
  controller: Controller,
  persona: Persona,
): Script {
  const { random, parameters: p } = actor;
  const vary = (bytes: number): number =>
    Math.max(1, Math.round(jittered(actor, bytes, p.sizeSpread)));
  const hasTask = random.chance(p.taskShare);
  const down = vary(p.answerBytes) + (hasTask ? random.logNormal(4000, 1) : 0);
  const thinkS = random.exponential(0.03);
  if (p.transport === 'tls') {
    yield* secretExchange(actor, tcp, { up: vary(p.requestBytes), down, thinkS });
    if (hasTask) {
      yield* tcp.pause(random.exponential(2));
      yield* sendSecret(actor, tcp, 'client', random.logNormal(p.resultBytes, 0.8));
    }
    return;
  }
  const cookie = randomText(random, ALPHABETS.base64, vary(p.requestBytes) >> 1);
  const request = { method: 'GET', host: p.usesName ? controller.name : controller.servers[0].text, uri: random.pick(controller.paths), userAgent: persona.userAgent, headers: [`Cookie: id=${cookie}`] }; // prettier-ignore
  yield* httpExchange(actor, tcp, request, { status: 200, bodyBytes: Math.floor(down), thinkS });
  if (!hasTask) return;
  yield* tcp.pause(random.exponential(2));
  const result = {
    ...request,
    method: 'POST',
    body: Math.floor(random.logNormal(p.resultBytes, 0.8)),
  };
  yield* httpExchange(actor, tcp, result, { status: 200, bodyBytes: 0, thinkS });
}
