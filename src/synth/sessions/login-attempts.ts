import type { Actor } from '../actor.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude, oneOf } from '../parameters.ts';
import { TcpConversation } from '../tcp-conversation.ts';

/** What all password guessers have in common, whatever they speak. */
export const LOGIN_PARAMETERS = {
  /** Parallel like hydra, medusa and ncrack, or one patient bot of many. */
  style: oneOf('parallel', 'parallel', 'botnet'),
  workers: count(1, 16),
  attempts: magnitude(20, 400),
  triesPerConnection: magnitude(0.7, 12),
  /** Between two connections of one worker. */
  pauseS: magnitude(0.001, 5),
  /** A botnet's host comes back only after so long. */
  botPauseS: magnitude(3, 120),
  targets: count(1, 12),
  failureS: magnitude(0.002, 3),
  /** Share of connections the server refuses or drops at once. */
  droppedShare: between(0, 0.15),
  standardPort: flag(0.85),
  succeeds: flag(0.2),
};

export type Guesser = Actor<typeof LOGIN_PARAMETERS>;

interface Guesses {
  readonly target: Endpoint;
  readonly tries: number;
  /** The last of the tries is right. */
  readonly succeeds: boolean;
}

export interface LoginService {
  readonly port: number;
  readonly otherPorts: readonly number[];
  /** Speaks on an open connection, and ends it. */
  converse(tcp: TcpConversation, guesses: Guesses): Script;
}

/** Spends the attempts on the targets, by several workers or by one slow one. */
export function* guessPasswords(actor: Guesser, service: LoginService): Script {
  const { network, random, host, world, durationS, parameters: p } = actor;
  const isBot = p.style === 'botnet';
  const place = host.inside && random.chance(0.5) ? 'outside' : 'inside';
  const targets = Array.from({ length: isBot ? p.targets : Math.min(2, p.targets) }, () =>
    world.target(random, place, host),
  );
  const port = p.standardPort ? service.port : random.pick(service.otherPorts);
  const budget = { left: Math.round(p.attempts) };
  yield random.uniform(0, durationS / 12);
  for (let i = 0; i < (isBot ? 1 : p.workers); i++) {
    network.spawn(work(actor, service, { budget, targets, port }), random.exponential(0.3));
  }
}

interface Job {
  readonly budget: { left: number };
  readonly targets: readonly Endpoint[];
  readonly port: number;
}

function* work(actor: Guesser, service: LoginService, job: Job): Script {
  const { network, random, host, durationS, parameters: p } = actor;
  const { budget } = job;
  const isBot = p.style === 'botnet';
  while (budget.left > 0) {
    const target = random.pick(job.targets);
    const tries = Math.min(budget.left, Math.max(1, Math.round(p.triesPerConnection)));
    budget.left -= tries;
    const isDropped = random.chance(p.droppedShare);
    const state = isDropped && random.chance(0.4) ? 'closed' : 'open';
    const tcp = new TcpConversation(network, random, host, target, job.port, { state });
    if ((yield* tcp.open()) === 'open') {
      if (isDropped) yield* tcp.reset('server');
      else
        yield* service.converse(tcp, { target, tries, succeeds: p.succeeds && budget.left === 0 });
    }
    // Nobody could tell a guesser by fewer than some dozens of its attempts: a short run gets a quicker one.
    yield random.exponential(
      isBot ? Math.min(p.botPauseS, durationS / 40) : Math.min(p.pauseS, durationS / 60),
    );
  }
}

/** How long the server takes to say no. */
export function refusalS(actor: Guesser): number {
  return actor.parameters.failureS * actor.random.uniform(0.7, 1.4);
}
