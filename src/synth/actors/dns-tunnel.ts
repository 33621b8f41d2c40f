import { type Actor, defineActor, jittered } from '../actor.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Script } from '../network.ts';
import { ALPHABETS, domainName, invented, randomText } from '../names.ts';
import { between, count, flag, magnitude, oneOf } from '../parameters.ts';
import {
  addressData,
  type DnsAnswer,
  DNS_TYPES,
  mxData,
  nameData,
  txtData,
} from '../payloads/dns-message.ts';
import type { Random } from '../random.ts';
import { lookUp } from '../sessions/dns-lookup.ts';
import { browserPersona } from '../sessions/persona.ts';
import { browse } from '../sessions/web-visit.ts';

/** What each tool's queries look like, from its source and its captures. */
const TOOLS = {
  iodine: { types: ['NULL', 'TXT', 'CNAME', 'MX', 'A'], alphabet: ALPHABETS.base32, longest: 220, label: 57, mixes: false, edns: 4096 },
  dnscat2: { types: ['TXT', 'CNAME', 'MX'], alphabet: ALPHABETS.hex, longest: 230, label: 62, mixes: true, edns: undefined },
  dns2tcp: { types: ['TXT'], alphabet: ALPHABETS.base64, longest: 180, label: 63, mixes: false, edns: undefined },
  beacon: { types: ['A', 'TXT', 'AAAA'], alphabet: ALPHABETS.hex, longest: 110, label: 56, mixes: false, edns: undefined },
  upload: { types: ['A', 'TXT'], alphabet: ALPHABETS.base32, longest: 200, label: 63, mixes: false, edns: undefined },
} as const; // prettier-ignore

const parameters = {
  tool: oneOf('iodine', 'dnscat2', 'dns2tcp', 'beacon', 'upload'),
  /** While idle, one query each so often. */
  pollS: magnitude(0.2, 30),
  jitter: between(0, 0.4),
  /** While working, so many queries a second. */
  burstRate: magnitude(3, 150),
  burstQueries: count(20, 400),
  /** Share of polls after which work comes. */
  workShare: magnitude(0.01, 0.3),
  /** How much of the longest name is used when there is something to say. */
  fill: between(0.4, 1),
  answerBytes: magnitude(20, 900),
  /** Straight to the tunnel's server, as iodine does when it can. */
  direct: flag(0.35),
  browsesToo: flag(0.5),
  pagesPerHour: magnitude(10, 150),
};

type Self = Actor<typeof parameters>;

/** A tunnel through DNS: payload in the names of the questions and in the data of the answers. */
export const dnsTunnel = defineActor({
  name: 'dns-tunnel',
  family: 'tunnel',
  detail: 'dns',
  summary: 'carries data in DNS names and answers, like iodine, dnscat2, dns2tcp or a DNS beacon',
  place: 'inside',
  parameters,
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    if (p.browsesToo) {
      const habits = {
        pagesPerHour: p.pagesPerHour,
        connectionsPerPage: 1.5,
        requestsPerConnection: 1,
        sizeFactor: 1,
      };
      network.spawn(browse(actor, host, browserPersona(random), habits));
    }
    const tunnel: Tunnel = {
      zone: random.chance(0.6)
        ? `${invented(random, 1)}.${domainName(random)}`
        : domainName(random),
      type: random.pick(TOOLS[p.tool].types),
      server: p.direct ? world.outsideHost() : undefined,
    };
    const pollS = Math.min(p.pollS, durationS / 40);
    yield random.uniform(0, Math.min(5, durationS / 10));
    for (;;) {
      yield* carry(actor, tunnel, false);
      if (random.chance(p.workShare)) {
        const queries = Math.ceil(random.exponential(p.burstQueries));
        for (let i = 0; i < queries; i++) {
          network.spawn(carry(actor, tunnel, true));
          yield random.exponential(1 / p.burstRate);
        }
      }
      yield jittered(actor, pollS, p.jitter);
    }
  },
});

interface Tunnel {
  readonly zone: string;
  readonly type: keyof typeof DNS_TYPES;
  readonly server: Endpoint | undefined;
}

function* carry(actor: Self, tunnel: Tunnel, isWorking: boolean): Script {
  const { random, host, parameters: p } = actor;
  const tool = TOOLS[p.tool];
  const room = tool.longest - tunnel.zone.length;
  const used = isWorking ? Math.floor(room * p.fill) : random.integer(8, Math.min(32, room));
  const type = tool.mixes ? random.pick(tool.types) : tunnel.type;
  const bytes = isWorking ? random.logNormal(p.answerBytes, 0.5) : random.integer(4, 24);
  yield* lookUp(actor, host, {
    name: `${labels(random, tool, used)}.${tunnel.zone}`,
    type: DNS_TYPES[type],
    answers: [answer(random, type, Math.min(1200, Math.floor(bytes)), tunnel.zone)],
    thinkS: random.exponential(0.01),
    ...(tunnel.server === undefined ? {} : { server: tunnel.server }),
    ...(tool.edns === undefined ? {} : { ednsBytes: tool.edns }),
  });
}

function labels(random: Random, tool: (typeof TOOLS)[keyof typeof TOOLS], length: number): string {
  const parts: string[] = [];
  for (let left = length; left > 0; left -= tool.label + 1) {
    parts.push(randomText(random, tool.alphabet, Math.min(left, tool.label)));
  }
  return parts.join('.');
}

function answer(
  random: Random,
  type: keyof typeof DNS_TYPES,
  bytes: number,
  zone: string,
): DnsAnswer {
  const ttl = random.pick([0, 0, 1, 3, 60]);
  const code = DNS_TYPES[type];
  const name = (): string =>
    `${labels(random, TOOLS.iodine, Math.min(bytes, 180 - zone.length) || 8)}.${zone}`;
  switch (type) {
    case 'A':
    case 'AAAA':
      return { type: code, ttl, data: addressData(Uint32Array.of(random.word(), random.word(), random.word(), random.word()), code) }; // prettier-ignore
    case 'CNAME':
      return { type: code, ttl, data: nameData(name()) };
    case 'MX':
      return { type: code, ttl, data: mxData(10, name()) };
    case 'TXT':
      return { type: code, ttl, data: txtData(randomText(random, ALPHABETS.base64, bytes)) };
    default:
      return { type: code, ttl, data: random.bytes(bytes) };
  }
}
