import { type Actor, defineActor } from '../actor.ts';
import { domainName, invented } from '../names.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude } from '../parameters.ts';
import { addressData, DNS_TYPES, mxData } from '../payloads/dns-message.ts';
import { mailAddress } from '../payloads/mail-message.ts';
import { browseBeside } from '../sessions/background.ts';
import { lookUp } from '../sessions/dns-lookup.ts';
import { endSomehow } from '../sessions/ending.ts';
import { sendLetter } from '../sessions/smtp-session.ts';
import { TcpConversation } from '../tcp-conversation.ts';

const parameters = {
  letters: count(25, 350),
  workers: count(1, 12),
  pauseS: magnitude(0.05, 10),
  recipientsEach: count(1, 8),
  looksUpMx: flag(0.8),
  blockedShare: between(0.05, 0.6),
  rejectedShare: between(0.05, 0.5),
  refusedShare: between(0.02, 0.5),
  changesSender: flag(0.7),
  browsesToo: flag(0.4),
};

type Self = Actor<typeof parameters>;

/** A bot that delivers its mail itself, to the mail server of every victim's domain. */
export const spamBot = defineActor({
  name: 'spam-bot',
  family: 'spam',
  detail: '',
  summary: 'sends mass mail straight to many mail servers',
  place: 'inside',
  parameters,
  *run(actor): Script {
    const { network, random, durationS, parameters: p } = actor;
    if (p.browsesToo) browseBeside(actor, random.logUniform(10, 100));
    const budget = { left: p.letters };
    const sender = mailAddress(random);
    yield random.uniform(0, durationS / 10);
    for (let i = 0; i < p.workers; i++)
      network.spawn(work(actor, budget, sender), random.exponential(1));
  },
});

function* work(actor: Self, budget: { left: number }, sender: string): Script {
  const { network, random, host, world, durationS, parameters: p } = actor;
  const pauseS = Math.min(p.pauseS, (durationS * p.workers) / 60);
  for (; budget.left > 0; budget.left--) {
    const domain = domainName(random);
    const server = world.outsideHost();
    if (p.looksUpMx) {
      const exists = random.chance(0.9);
      const answers = exists
        ? [{ type: DNS_TYPES.MX, ttl: 3600, data: mxData(10, `mx.${domain}`) }]
        : undefined;
      yield* lookUp(actor, host, { name: domain, type: DNS_TYPES.MX, answers });
      if (!exists) continue;
      const type = world.ipVersion === 4 ? DNS_TYPES.A : DNS_TYPES.AAAA;
      yield* lookUp(actor, host, { name: `mx.${domain}`, type, answers: [{ type, ttl: 300, data: addressData(server.address, type) }] }); // prettier-ignore
    }
    const state = random.chance(p.refusedShare)
      ? random.pick(['closed', 'filtered'] as const)
      : 'open';
    const tcp = new TcpConversation(network, random, host, server, 25, { state, retries: 1 });
    if ((yield* tcp.open()) === 'open') {
      const kind = random.uniform();
      const verdict = kind < p.blockedShare ? 'blocked' : kind < p.blockedShare + p.rejectedShare * (1 - p.blockedShare) ? random.pick(['rejected', 'deferred'] as const) : 'accepted'; // prettier-ignore
      yield* sendLetter(actor, tcp, {
        greeting: invented(random),
        from: p.changesSender ? mailAddress(random) : sender,
        recipients: Array.from({ length: p.recipientsEach }, () => mailAddress(random, domain)),
        isBait: true,
        verdict,
        usesTls: false,
      });
      yield* endSomehow(actor, tcp);
    }
    yield random.exponential(pauseS);
  }
}
