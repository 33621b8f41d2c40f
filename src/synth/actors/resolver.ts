import { type Actor, defineActor } from '../actor.ts';
import type { Endpoint } from '../endpoint.ts';
import { domainName, siteName } from '../names.ts';
import type { Script } from '../network.ts';
import { between, count, magnitude } from '../parameters.ts';
import {
  addressData,
  type DnsAnswer,
  DNS_TYPES,
  nameData,
  txtData,
} from '../payloads/dns-message.ts';
import { lookUp } from '../sessions/dns-lookup.ts';

const parameters = {
  clients: count(5, 60),
  queriesPerS: magnitude(0.5, 20),
  missingShare: between(0.03, 0.4),
  cachedShare: between(0.2, 0.9),
  silentShare: between(0.005, 0.1),
  authorities: count(20, 200),
};

type Self = Actor<typeof parameters>;

/** A recursive resolver: busy with everybody's questions, and asking half the world itself. */
export const resolver = defineActor({
  name: 'resolver',
  family: 'benign',
  detail: 'server',
  summary: 'answers many clients, and asks many name servers outside',
  place: 'inside',
  stack: 'linux',
  parameters,
  *run(actor): Script {
    const { network, random, world, durationS, parameters: p } = actor;
    const rate = Math.min(p.queriesPerS, 3000 / durationS);
    const clients = Array.from({ length: p.clients }, () =>
      world.insideHost({ label: 'benign/client' }),
    );
    const authorities = Array.from({ length: p.authorities }, () =>
      world.outsideHost({ label: 'benign/server' }),
    );
    for (;;) {
      yield random.exponential(1 / rate);
      network.spawn(ask(actor, random.pick(clients), authorities));
    }
  },
});

function* ask(actor: Self, client: Endpoint, authorities: readonly Endpoint[]): Script {
  const { network, random, host, world, parameters: p } = actor;
  const name = siteName(random, domainName(random));
  const own = world.ipVersion === 4 ? DNS_TYPES.A : DNS_TYPES.AAAA;
  const type = random.pick([
    own,
    own,
    own,
    DNS_TYPES.AAAA,
    DNS_TYPES.PTR,
    DNS_TYPES.TXT,
    DNS_TYPES.HTTPS,
  ]);
  const answers = random.chance(p.missingShare) ? undefined : answersOf(actor, type);
  let thinkS = 0.0005;
  if (!random.chance(p.cachedShare)) {
    thinkS = 0;
    for (let step = random.integer(1, 3); step > 0; step--) {
      const server = random.pick(authorities);
      thinkS += 2.2 * server.oneWayS;
      network.spawn(
        lookUp(actor, host, { name, type, answers: step > 1 ? [] : answers, server, silentShare: p.silentShare, ednsBytes: 1232 }), // prettier-ignore
        thinkS - 2.2 * server.oneWayS + 0.001,
      );
    }
  }
  yield* lookUp(actor, client, { name, type, answers, server: host, thinkS });
}

function answersOf(actor: Self, type: number): DnsAnswer[] {
  const { random } = actor;
  if (type === DNS_TYPES.TXT) return [{ type, ttl: 300, data: txtData('v=spf1 -all') }];
  if (type === DNS_TYPES.PTR) return [{ type, ttl: 300, data: nameData(domainName(random)) }];
  if (type === DNS_TYPES.HTTPS) return [];
  const words = Uint32Array.of(0x2a000000, random.word(), 0, random.word());
  return Array.from({ length: random.integer(1, 4) }, () => ({
    type,
    ttl: 300,
    data: addressData(words, type),
  }));
}
