import { type Actor, defineActor, jittered } from '../actor.ts';
import type { Endpoint } from '../endpoint.ts';
import { domainName, invented } from '../names.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude, oneOf } from '../parameters.ts';
import { textBytes } from '../payloads/text-bytes.ts';
import { browseBeside } from '../sessions/background.ts';
import { resolve } from '../sessions/dns-lookup.ts';
import { programPersona } from '../sessions/persona.ts';
import { sendStage } from '../sessions/remote-shell.ts';
import { sendSecret, tlsHandshake } from '../sessions/tls-session.ts';
import { TcpConversation } from '../tcp-conversation.ts';

const parameters = {
  wrapping: oneOf('binary', 'binary', 'words', 'tls'),
  /** What the victim says of itself first. */
  helloBytes: magnitude(40, 900),
  keepAliveS: magnitude(1, 90),
  keepAliveBytes: count(1, 120),
  /** Keep-alives begin at the victim, at the master, or are not sent at all. */
  keepAliveBy: oneOf('victim', 'master', 'none'),
  orderS: magnitude(3, 300),
  orderBytes: magnitude(5, 300),
  /** Screens, files and keys on their way to the master; a module on its way down is of the same sizes. */
  burstBytes: magnitude(200, 60_000),
  downShare: between(0.02, 0.4),
  watches: flag(0.2),
  /** Modules come as plain programs. */
  sendsPrograms: flag(0.3),
  /** Until the master is there, or after it has gone: one try after the other. */
  absentShare: between(0, 0.7),
  retryS: magnitude(1, 60),
  sessionS: magnitude(20, 3000),
  usesName: flag(0.65),
  browsesToo: flag(0.5),
};

type Self = Actor<typeof parameters>;

/** A remote-access trojan: one long connection home, small alike messages on it, and bursts when its master works. */
export const ratBot = defineActor({
  name: 'rat-bot',
  family: 'c2',
  detail: 'rat',
  summary: 'keeps one connection to its master, with keep-alives, orders and bursts of results',
  place: 'inside',
  parameters,
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    if (p.browsesToo) browseBeside(actor, random.logUniform(5, 80));
    const persona = programPersona(random);
    const master = { name: domainName(random), servers: [world.outsideHost()] as [Endpoint] };
    const port = random.chance(0.3) ? random.pick([443, 80, 8080, 1604, 5552, 1177]) : random.integer(1024, 65000); // prettier-ignore
    const retryS = Math.min(p.retryS, durationS / 12);
    yield random.uniform(0, durationS / 8);
    for (;;) {
      if (p.usesName) yield* resolve(actor, host, persona, master);
      const state = random.chance(p.absentShare) ? random.pick(['closed', 'filtered'] as const) : 'open'; // prettier-ignore
      const tcp = new TcpConversation(network, random, host, master.servers[0], port, { state, retries: 2 }); // prettier-ignore
      if ((yield* tcp.open()) === 'open') {
        if (p.wrapping === 'tls') yield* tlsHandshake(actor, tcp, { shape: persona.helloShape, serverName: '', tls13: false, selfSigned: true }); // prettier-ignore
        yield* serve(actor, tcp);
      }
      yield jittered(actor, retryS, 0.1);
    }
  },
});

/** A session until the master leaves or the line breaks. */
function* serve(actor: Self, tcp: TcpConversation): Script {
  const { random, durationS, parameters: p } = actor;
  yield* say(actor, tcp, 'client', p.helloBytes);
  const periodS = Math.min(p.keepAliveS, durationS / 15);
  const orderS = Math.min(p.orderS, durationS / 6);
  let untilOrderS = random.exponential(orderS);
  let leftS = random.exponential(Math.max(p.sessionS, durationS / 8));
  while (leftS > 0) {
    const waitS = p.keepAliveBy === 'none' ? untilOrderS : Math.min(untilOrderS, jittered(actor, periodS, 0.03)); // prettier-ignore
    yield* tcp.pause(waitS);
    leftS -= waitS;
    untilOrderS -= waitS;
    if (untilOrderS > 0) {
      const first = p.keepAliveBy === 'victim' ? 'client' : 'server';
      yield* say(actor, tcp, first, p.keepAliveBytes);
      if (random.chance(0.8)) yield* say(actor, tcp, first === 'client' ? 'server' : 'client', p.keepAliveBytes); // prettier-ignore
      continue;
    }
    untilOrderS = random.exponential(orderS);
    yield* say(actor, tcp, 'server', random.logNormal(p.orderBytes, 0.5));
    yield* tcp.pause(random.exponential(0.2));
    const pieces = p.watches ? random.integer(3, 20) : 1;
    const side = random.chance(p.downShare) ? 'server' : 'client';
    for (let i = 0; i < pieces; i++) {
      const bytes = Math.min(100_000, random.logNormal(p.burstBytes, 0.8));
      const isModule = side === 'server' && p.wrapping !== 'tls' && p.sendsPrograms;
      if (isModule) yield* sendStage(actor, tcp, side, bytes);
      else yield* say(actor, tcp, side, bytes);
      if (pieces > 1) yield* tcp.pause(random.uniform(0.3, 1.5));
    }
  }
  const end = random.uniform();
  if (end < 0.4) yield* tcp.reset(random.pick(['client', 'server'] as const));
  else if (end < 0.8) yield* tcp.close(random.pick(['client', 'server'] as const));
}

function* say(actor: Self, tcp: TcpConversation, side: 'client' | 'server', bytes: number): Script {
  const p = actor.parameters;
  const size = Math.max(1, Math.ceil(bytes));
  if (p.wrapping === 'tls') yield* sendSecret(actor, tcp, side, size);
  else if (p.wrapping === 'words' && size < 2000)
    yield* tcp.send(side, textBytes(fields(actor, size)));
  else yield* tcp.send(side, size);
}

/** Fields with a separator between them, as trojans written in an afternoon send them. */
function fields({ random }: Self, bytes: number): string {
  let text = `${bytes}\0${invented(random)}`;
  while (text.length < bytes) text += `|${invented(random)}`;
  return text.slice(0, Math.max(1, bytes));
}
