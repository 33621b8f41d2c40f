import { type Actor, defineActor } from '../actor.ts';
import { domainName } from '../names.ts';
import type { Script } from '../network.ts';
import { between, flag, magnitude } from '../parameters.ts';
import { addressData, DNS_TYPES, mxData, reverseName, txtData } from '../payloads/dns-message.ts';
import { mailAddress } from '../payloads/mail-message.ts';
import { lookUp } from '../sessions/dns-lookup.ts';
import { sendLetter } from '../sessions/smtp-session.ts';
import { TcpConversation } from '../tcp-conversation.ts';

const parameters = {
  receivedPerHour: magnitude(20, 900),
  sentPerHour: magnitude(20, 900),
  /** Asks block lists about every sender: names that mostly do not exist. */
  asksBlockLists: flag(0.7),
  rejectedShare: between(0.02, 0.6),
  deferredShare: between(0, 0.3),
  downShare: between(0, 0.15),
  tlsShare: between(0, 1),
  newsletter: flag(0.3),
};

type Self = Actor<typeof parameters>;

/** An organisation's mail server: as many servers, look-ups and refusals as a spammer has, and it gets mail as well. */
export const mailServer = defineActor({
  name: 'mail-server',
  family: 'benign',
  detail: 'server',
  summary: 'receives and delivers mail, with all its look-ups, refusals and retries',
  place: 'inside',
  stack: 'linux',
  parameters,
  *run(actor): Script {
    const { network, random, durationS, parameters: p } = actor;
    const hours = durationS / 3600;
    const receivedPerHour = Math.min(Math.max(p.receivedPerHour, 10 / hours), 250 / hours);
    const sentPerHour = Math.min(Math.max(p.sentPerHour, 10 / hours), 250 / hours);
    const domain = domainName(random);
    const receiving = function* (): Script {
      for (;;) {
        yield random.exponential(3600 / receivedPerHour);
        network.spawn(receive(actor, domain));
      }
    };
    network.spawn(receiving());
    for (;;) {
      const letters = p.newsletter && random.chance(0.05) ? random.integer(5, 40) : 1;
      for (let i = 0; i < letters; i++)
        network.spawn(deliver(actor, domain), random.exponential(0.5));
      yield random.exponential((3600 * letters) / sentPerHour);
    }
  },
});

function* receive(actor: Self, domain: string): Script {
  const { network, random, host, world, parameters: p } = actor;
  const sender = world.outsideHost({ label: 'benign/server' });
  const tcp = new TcpConversation(network, random, sender, host, 25);
  if ((yield* tcp.open()) !== 'open') return;
  const reverse = reverseName(sender.address);
  yield* lookUp(actor, host, {
    name: reverse,
    type: DNS_TYPES.PTR,
    answers: random.chance(0.4) ? [] : undefined,
  });
  if (p.asksBlockLists && world.ipVersion === 4) {
    for (const zone of ['zen.spamhaus.example', 'bl.spamcop.example', 'b.barracuda.example'].slice(
      0,
      random.integer(1, 3),
    )) {
      // prettier-ignore
      yield* lookUp(actor, host, { name: reverse.replace('in-addr.arpa', zone), type: DNS_TYPES.A, answers: undefined });
    }
  }
  const from = mailAddress(random);
  yield* lookUp(actor, host, { name: from.split('@')[1]!, type: DNS_TYPES.TXT, answers: [{ type: DNS_TYPES.TXT, ttl: 3600, data: txtData('v=spf1 mx include:_spf.example.net ~all') }] }); // prettier-ignore
  const isRefused = random.chance(p.rejectedShare);
  yield* sendLetter(actor, tcp, {
    greeting: from.split('@')[1]!,
    from,
    recipients: [mailAddress(random, domain)],
    isBait: false,
    verdict: isRefused ? random.pick(['rejected', 'blocked', 'deferred'] as const) : 'accepted',
    usesTls: random.chance(p.tlsShare),
  });
  yield* tcp.close('client');
}

function* deliver(actor: Self, domain: string): Script {
  const { network, random, host, world, parameters: p } = actor;
  const to = domainName(random);
  const server = world.outsideHost({ label: 'benign/server' });
  const type = world.ipVersion === 4 ? DNS_TYPES.A : DNS_TYPES.AAAA;
  yield* lookUp(actor, host, { name: to, type: DNS_TYPES.MX, answers: [{ type: DNS_TYPES.MX, ttl: 3600, data: mxData(10, `mx1.${to}`) }] }); // prettier-ignore
  yield* lookUp(actor, host, { name: `mx1.${to}`, type, answers: [{ type, ttl: 3600, data: addressData(server.address, type) }] }); // prettier-ignore
  for (let attempt = 0; attempt < 3; attempt++) {
    const state = random.chance(p.downShare)
      ? random.pick(['closed', 'filtered'] as const)
      : 'open';
    const tcp = new TcpConversation(network, random, host, server, 25, { state });
    const isDeferred = random.chance(p.deferredShare);
    if ((yield* tcp.open()) === 'open') {
      const verdict = isDeferred
        ? 'deferred'
        : random.chance(p.rejectedShare / 4)
          ? 'rejected'
          : 'accepted';
      yield* sendLetter(actor, tcp, { greeting: domain, from: mailAddress(random, domain), recipients: Array.from({ length: random.integer(1, 3) }, () => mailAddress(random, to)), isBait: false, verdict, usesTls: random.chance(p.tlsShare) }); // prettier-ignore
      yield* tcp.close('client');
      if (!isDeferred) return;
    }
    yield random.uniform(300, 900);
  }
}
