import { type Actor, defineActor } from '../actor.ts';
import { domainName, siteName } from '../names.ts';
import type { Script } from '../network.ts';
import { count, flag, magnitude, oneOf } from '../parameters.ts';
import {
  STRATUM_DIALECTS,
  stratumAccepted,
  stratumJob,
  stratumKeepAlive,
  stratumLogin,
  stratumSubmit,
} from '../payloads/stratum-message.ts';
import { HELLO_SHAPE_NAMES } from '../payloads/tls-message.ts';
import { browseBeside } from '../sessions/background.ts';
import { resolve } from '../sessions/dns-lookup.ts';
import { programPersona } from '../sessions/persona.ts';
import { sendSecret, tlsHandshake } from '../sessions/tls-session.ts';
import { type Side, TcpConversation } from '../tcp-conversation.ts';

const parameters = {
  dialect: oneOf(...STRATUM_DIALECTS),
  encrypted: flag(0.35),
  jobPeriodS: magnitude(5, 180),
  sharePeriodS: magnitude(4, 240),
  keepAliveS: magnitude(20, 90),
  pools: count(1, 3),
  /** The pool drops it, and it comes back. */
  dropPeriodS: magnitude(200, 20_000),
  downShare: magnitude(0.01, 0.4),
  browsesToo: flag(0.6),
};

type Self = Actor<typeof parameters>;

/** Somebody mines on this machine: one long connection to a pool, small messages both ways, day and night. */
export const miner = defineActor({
  name: 'miner',
  family: 'mining',
  detail: '',
  summary: 'mines for a pool over stratum, plain or in TLS',
  place: 'inside',
  parameters,
  *run(actor): Script {
    const { random, host, world, durationS, parameters: p } = actor;
    if (p.browsesToo) browseBeside(actor, random.logUniform(10, 150));
    const persona = programPersona(random);
    const pools = Array.from({ length: p.pools }, () => ({ name: siteName(random, domainName(random)), servers: [world.outsideHost()] })); // prettier-ignore
    const port = random.pick(p.encrypted ? [443, 3334, 9000, 14433, 20535] : [3333, 4444, 5555, 7777, 8080, 14444, 80, 45700]); // prettier-ignore
    yield random.uniform(0, Math.min(8, durationS / 10));
    for (let i = 0; ; i++) {
      const pool = pools[i % pools.length]!;
      yield* resolve(actor, host, persona, pool);
      const state = random.chance(p.downShare)
        ? random.pick(['closed', 'filtered'] as const)
        : 'open';
      yield* mine(actor, pool, port, state);
      yield random.uniform(1, 15);
    }
  },
});

function* mine(
  actor: Self,
  pool: { readonly name: string; readonly servers: readonly Self['host'][] },
  port: number,
  state: 'open' | 'closed' | 'filtered',
): Script {
  const { network, random, host, durationS, parameters: p } = actor;
  const tcp = new TcpConversation(network, random, host, pool.servers[0]!, port, {
    state,
    retries: 2,
  });
  if ((yield* tcp.open()) !== 'open') return;
  if (p.encrypted) yield* tlsHandshake(actor, tcp, { shape: random.pick(HELLO_SHAPE_NAMES), serverName: random.chance(0.5) ? pool.name : '', tls13: random.chance(0.5), selfSigned: true }); // prettier-ignore
  const say = function* (side: Side, message: Uint8Array): Script {
    if (p.encrypted) yield* sendSecret(actor, tcp, side, message.length);
    else yield* tcp.send(side, message);
  };
  for (const message of stratumLogin(random, p.dialect)) {
    yield* say('client', message);
    yield* tcp.pause(random.exponential(0.01));
    yield* say('server', stratumAccepted(p.dialect, 1));
  }
  yield* say('server', stratumJob(random, p.dialect));
  const shrink = Math.min(1, durationS / 25 / Math.min(p.jobPeriodS, p.sharePeriodS)); // seen at least two dozen times
  const wait = { job: 0, share: 0, ping: p.keepAliveS, drop: random.exponential(p.dropPeriodS) };
  wait.job = random.exponential(p.jobPeriodS * shrink);
  wait.share = random.exponential(p.sharePeriodS * shrink);
  for (let id = 2; ; id++) {
    const nextS = Math.min(wait.job, wait.share, wait.ping, wait.drop);
    yield* tcp.pause(nextS);
    for (const key of ['job', 'share', 'ping', 'drop'] as const) wait[key] -= nextS;
    if (wait.drop <= 0) break;
    if (wait.job <= 0) {
      yield* say('server', stratumJob(random, p.dialect));
      wait.job = random.exponential(p.jobPeriodS * shrink);
    } else if (wait.share <= 0) {
      yield* say('client', stratumSubmit(random, p.dialect, id));
      yield* tcp.pause(random.exponential(0.005));
      yield* say('server', stratumAccepted(p.dialect, id));
      wait.share = random.exponential(p.sharePeriodS * shrink);
    } else {
      yield* say('client', stratumKeepAlive(random, p.dialect, id));
      yield* say('server', stratumAccepted(p.dialect, id));
      wait.ping = p.keepAliveS;
    }
  }
  yield* random.chance(0.5) ? tcp.reset('server') : tcp.close('server');
}
