import { type Endpoint, takePort, turnaroundS } from '../endpoint.ts';
import type { Script } from '../network.ts';
import { addressData, type DnsAnswer, dnsQuery, type DnsQuestion, dnsResponse, DNS_TYPES, nameData } from '../payloads/dns-message.ts'; // prettier-ignore
import type { Scene } from '../world.ts';
import type { Persona } from './persona.ts';

export interface LookUp {
  readonly name: string;
  readonly type: number;
  /** `undefined`: the name does not exist. */
  readonly answers: readonly DnsAnswer[] | undefined;
  /** Default: the run's resolver. */
  readonly server?: Endpoint;
  readonly ednsBytes?: number;
  /** Share of the questions whose answer never comes (they are asked once more). */
  readonly silentShare?: number;
  readonly thinkS?: number;
}

/** One question over UDP and its answer. */
export function* lookUp(scene: Scene, client: Endpoint, query: LookUp): Script {
  const { network, random } = scene;
  const server = query.server ?? scene.world.resolver;
  if (server === client) return;
  const port = takePort(client, random);
  const question: DnsQuestion = {
    id: random.integer(0, 0xffff),
    name: query.name,
    type: query.type,
    ...(query.ednsBytes === undefined ? {} : { ednsBytes: query.ednsBytes }),
  };
  network.udp(client, server, [port, 53], dnsQuery(question));
  if (random.chance(query.silentShare ?? client.lossShare / 2)) {
    yield random.pick([1, 2, 5]);
    network.udp(client, server, [port, 53], dnsQuery(question));
  }
  yield (
    turnaroundS(server, random) +
    (query.thinkS ?? random.exponential(random.chance(0.4) ? 0.03 : 0.001))
  );
  network.udp(server, client, [53, port], dnsResponse(question, query.answers ?? [], query.answers === undefined ? 3 : 0)); // prettier-ignore
  yield turnaroundS(client, random);
}

/** Finds the addresses of a name as a stub resolver does; nothing is sent while the name is cached. */
export function* resolve(
  scene: Scene,
  client: Endpoint,
  persona: Persona,
  target: { readonly name: string; readonly servers: readonly Endpoint[] },
): Script {
  const { random, world } = scene;
  if (persona.cachedNames.has(target.name)) return;
  if (random.chance(0.85)) persona.cachedNames.add(target.name);
  const own = world.ipVersion === 4 ? DNS_TYPES.A : DNS_TYPES.AAAA;
  const ttl = random.pick([20, 60, 300, 300, 3600, 86400]);
  const answers: DnsAnswer[] = [];
  const alias = random.chance(0.3)
    ? `${target.name.split('.').join('-')}.edge.example.net`
    : undefined;
  if (alias !== undefined && alias.length < 60) {
    answers.push({ type: DNS_TYPES.CNAME, ttl, data: nameData(alias) });
  }
  const owner = answers.length > 0 && alias !== undefined ? { name: alias } : {};
  for (const server of target.servers) {
    answers.push({ type: own, ttl, data: addressData(server.address, own), ...owner });
  }
  if (persona.asksBoth) {
    const otherType = own === DNS_TYPES.A ? DNS_TYPES.AAAA : DNS_TYPES.A;
    scene.network.spawn(lookUp(scene, client, { name: target.name, type: otherType, answers: [] }));
  }
  yield* lookUp(scene, client, { name: target.name, type: own, answers });
}
