import { type Actor, defineActor } from '../actor.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude, oneOf } from '../parameters.ts';
import { SSH_CLIENTS, SSH_SERVERS } from '../payloads/ssh-message.ts';
import { endSomehow } from '../sessions/ending.ts';
import { sshAttempt, sshHandshake, sshShell, type SshSoftware } from '../sessions/ssh-session.ts';
import { TcpConversation } from '../tcp-conversation.ts';

const parameters = {
  style: oneOf('parallel', 'parallel', 'botnet'),
  workers: count(1, 12),
  attempts: count(25, 250),
  triesPerConnection: count(1, 6),
  /** Between two connections of one worker. */
  pauseS: magnitude(0.01, 5),
  /** A botnet's host comes back only after so long. */
  botPauseS: magnitude(5, 120),
  targets: count(1, 12),
  failureS: between(0.3, 3),
  /** Share of connections the server drops before the banner (MaxStartups), or refuses. */
  droppedShare: between(0, 0.15),
  succeeds: flag(0.2),
};

type Self = Actor<typeof parameters>;

/** Passwords tried over SSH: hydra, medusa and ncrack in parallel, or one patient bot of many. */
export const sshBruteforce = defineActor({
  name: 'ssh-bruteforce',
  family: 'bruteforce',
  detail: 'ssh',
  summary: 'tries passwords over SSH, in parallel or slowly on several hosts',
  place: 'either',
  parameters,
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    const isBot = p.style === 'botnet';
    const place = host.inside && random.chance(0.5) ? 'outside' : 'inside';
    const targets = Array.from({ length: isBot ? p.targets : Math.min(2, p.targets) }, () =>
      world.target(random, place, host),
    );
    const client = random.pick([
      'libssh2_1.10.0',
      'libssh_0.9.6',
      'Go',
      'paramiko_2.12.0',
      ...SSH_CLIENTS,
    ]);
    const port = random.chance(0.85) ? 22 : random.pick([2222, 2022, 22222]);
    const budget = { left: p.attempts };
    yield random.uniform(0, durationS / 12);
    const workers = isBot ? 1 : p.workers;
    for (let i = 0; i < workers; i++) {
      network.spawn(work(actor, budget, targets, { client, port }), random.exponential(0.3));
    }
  },
});

function* work(
  actor: Self,
  budget: { left: number },
  targets: readonly Endpoint[],
  tool: { readonly client: string; readonly port: number },
): Script {
  const { random, durationS, parameters: p } = actor;
  const isBot = p.style === 'botnet';
  const software = new Map<Endpoint, SshSoftware>();
  for (const target of targets)
    software.set(target, { client: tool.client, server: random.pick(SSH_SERVERS) });
  while (budget.left > 0 && targets.length > 0) {
    const target = random.pick(targets);
    const tries = Math.min(budget.left, p.triesPerConnection);
    budget.left -= tries;
    yield* connect(actor, target, tool.port, software.get(target)!, tries);
    if (p.succeeds && budget.left === 0)
      yield* logIn(actor, target, tool.port, software.get(target)!);
    yield random.exponential(
      isBot ? Math.min(p.botPauseS, durationS / 40) : Math.min(p.pauseS, durationS / 60),
    );
  }
}

function* connect(
  actor: Self,
  target: Endpoint,
  port: number,
  software: SshSoftware,
  tries: number,
): Script {
  const { network, random, host, parameters: p } = actor;
  const isDropped = random.chance(p.droppedShare);
  const state = isDropped && random.chance(0.4) ? 'closed' : 'open';
  const tcp = new TcpConversation(network, random, host, target, port, { state });
  if ((yield* tcp.open()) !== 'open') return;
  if (isDropped) {
    yield* tcp.reset('server');
    return;
  }
  yield* sshHandshake(actor, tcp, software);
  for (let i = 0; i < tries; i++) {
    yield* sshAttempt(
      actor,
      tcp,
      random.integer(3, 14),
      p.failureS * random.uniform(0.7, 1.4) + 0.21,
    );
    yield* tcp.pause(random.exponential(0.02));
  }
  yield* endSomehow(actor, tcp);
}

function* logIn(actor: Self, target: Endpoint, port: number, software: SshSoftware): Script {
  const { network, random, host } = actor;
  const tcp = new TcpConversation(network, random, host, target, port);
  yield* tcp.open();
  yield* sshHandshake(actor, tcp, software);
  yield* sshAttempt(actor, tcp, 8, 0.05);
  yield* sshShell(actor, tcp, random.integer(1, 6));
  yield* tcp.close('client');
}
