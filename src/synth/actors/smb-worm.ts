import { type Actor, defineActor } from '../actor.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude, oneOf } from '../parameters.ts';
import { smb1Negotiate, smb1NegotiateResponse } from '../payloads/smb-message.ts';
import { browseBeside } from '../sessions/background.ts';
import { smb1Enter, smb1Knock, smb1Overflow, smb1PipeCalls } from '../sessions/smb1-exploit.ts';
import { portState, scanSpace } from '../sessions/scan-space.ts';
import { TcpConversation } from '../tcp-conversation.ts';

const parameters = {
  targets: count(40, 900),
  ratePerS: magnitude(1, 150),
  order: oneOf('sequential', 'random', 'random'),
  reach: oneOf('inside', 'outside', 'both'),
  aliveShare: between(0.02, 0.35),
  openShare: between(0.1, 0.7),
  /** Of open ones: those that get the exploit. */
  vulnerableShare: between(0.15, 1),
  groomingConnections: count(2, 14),
  payloadBytes: magnitude(3000, 120_000),
  /** Conficker's way, through the server service's pipe; otherwise EternalBlue's. */
  throughPipe: flag(0.35),
  retries: count(0, 2),
  browsesToo: flag(0.4),
};

type Self = Actor<typeof parameters>;

/** Looks for port 445 everywhere, and breaks into what is old: WannaCry, Conficker. */
export const smbWorm = defineActor({
  name: 'smb-worm',
  family: 'exploit',
  detail: 'worm',
  summary: 'scans for SMB and exploits what answers, like WannaCry',
  place: 'inside',
  stack: 'windows',
  parameters,
  *run(actor): Script {
    const { network, random, host, durationS, parameters: p } = actor;
    if (p.browsesToo) browseBeside(actor, random.logUniform(10, 100));
    const rate = Math.max(p.ratePerS, 60 / durationS);
    const places = p.reach === 'both' ? (['inside', 'outside'] as const) : ([p.reach] as const);
    yield random.uniform(0, durationS / 10);
    for (const place of places) {
      const space = { count: Math.ceil(p.targets / places.length), order: p.order, place, aliveShare: p.aliveShare, openShare: p.openShare, filteredShare: 0.4 }; // prettier-ignore
      for (const target of scanSpace(actor, random, space)) {
        if (target.endpoint.text === host.text) continue;
        const state = portState(random, target, space);
        network.spawn(infect(actor, target.endpoint, state));
        yield random.exponential(1 / rate);
      }
    }
  },
});

function* infect(actor: Self, target: Endpoint, state: ReturnType<typeof portState>): Script {
  const { network, random, host, parameters: p } = actor;
  const probe = new TcpConversation(network, random, host, target, 445, {
    state,
    retries: p.retries,
  });
  if ((yield* probe.open()) !== 'open') return;
  yield* smb1Enter(actor, probe, target);
  if (random.chance(0.7)) yield* smb1Knock(actor, probe);
  const isVulnerable = random.chance(p.vulnerableShare);
  if (isVulnerable && p.throughPipe) {
    yield* smb1PipeCalls(actor, probe, { interface: 'srvsvc', operation: 31, bytes: p.payloadBytes, times: 2 }); // prettier-ignore
  }
  yield* probe.close('client');
  if (!isVulnerable || p.throughPipe) return;
  const open: TcpConversation[] = [];
  for (let i = 0; i < p.groomingConnections; i++) {
    const tcp = new TcpConversation(network, random, host, target, 445);
    if ((yield* tcp.open()) !== 'open') return;
    if (i === 0) yield* smb1Enter(actor, tcp, target);
    else yield* negotiate(actor, tcp);
    open.push(tcp);
  }
  yield* smb1Overflow(actor, open[0]!, p.payloadBytes);
  if (random.chance(0.5)) yield* smb1Knock(actor, open[0]!);
  for (const tcp of open) yield* tcp.reset(random.chance(0.7) ? 'client' : 'server');
}

function* negotiate(actor: Self, tcp: TcpConversation): Script {
  yield* tcp.send('client', smb1Negotiate());
  yield* tcp.pause(actor.random.exponential(0.002));
  yield* tcp.send('server', smb1NegotiateResponse(actor.random));
}
