import { type Actor, defineActor } from '../actor.ts';
import { type Endpoint, takePort, turnaroundS } from '../endpoint.ts';
import type { Script } from '../network.ts';
import { between, count, magnitude, oneOf } from '../parameters.ts';
import { dnsQuery, DNS_TYPES } from '../payloads/dns-message.ts';
import { ssdpSearch } from '../payloads/discovery-message.ts';
import { ntpMonitorRequest } from '../payloads/ntp-message.ts';
import { snmpGet } from '../payloads/snmp-message.ts';
import { quotedDatagram } from '../payloads/quoted-datagram.ts';
import { scanSpace } from '../sessions/scan-space.ts';

const PORTS = [
  53, 123, 161, 1900, 5060, 69, 137, 111, 389, 500, 514, 11211, 5353, 19, 17, 623, 1434, 3702,
] as const;

const parameters = {
  /** One service on many addresses, or many ports of one. */
  shape: oneOf('horizontal', 'vertical'),
  probes: count(40, 1800),
  ratePerS: magnitude(0.5, 600),
  jitter: between(0, 1),
  order: oneOf('sequential', 'random', 'permuted'),
  answerShare: between(0, 0.08),
  /** Share of closed ports whose ICMP gets through (systems limit their number). */
  unreachableShare: between(0, 0.5),
  retries: count(0, 1),
};

type Self = Actor<typeof parameters>;

/** UDP services looked for: amplifiers to abuse, telephones, management cards; or nmap -sU. */
export const udpScan = defineActor({
  name: 'udp-scan',
  family: 'scan',
  detail: 'service',
  summary: 'looks for UDP services on many addresses, or for the open ports of one',
  place: 'either',
  parameters,
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    const place = host.inside && random.chance(0.4) ? 'outside' : 'inside';
    const service = random.pick(PORTS);
    const sourcePort = takePort(host, random);
    const rate = Math.max(p.ratePerS, 40 / durationS);
    yield random.uniform(0, durationS / 10);
    if (p.shape === 'horizontal') {
      const space = {
        count: p.probes,
        order: p.order,
        place,
        aliveShare: 0.3,
        openShare: 0,
        filteredShare: 0,
      } as const;
      for (const { endpoint, isAlive } of scanSpace(actor, random, space)) {
        if (endpoint.text === host.text) continue;
        network.spawn(probe(actor, endpoint, [sourcePort, service], isAlive));
        yield (1 / rate) * (random.chance(p.jitter) ? random.exponential(1) : 1);
      }
      return;
    }
    const victim = world.target(random, place, host);
    for (let i = 0; i < p.probes; i++) {
      const port = i < PORTS.length ? PORTS[i]! : random.integer(1, 65535);
      network.spawn(probe(actor, victim, [sourcePort, port], true));
      yield (1 / rate) * (random.chance(p.jitter) ? random.exponential(1) : 1);
    }
  },
});

function* probe(
  actor: Self,
  target: Endpoint,
  ports: readonly [number, number],
  isAlive: boolean,
): Script {
  const { network, random, host, parameters: p } = actor;
  const question = payload(actor, ports[1]);
  const answers = isAlive && random.chance(p.answerShare);
  const refuses = isAlive && !answers && random.chance(p.unreachableShare);
  for (let i = 0; i <= (answers || refuses ? 0 : p.retries); i++) {
    network.udp(host, target, ports, question);
    yield 1;
  }
  yield turnaroundS(target, random);
  if (answers)
    network.udp(target, host, [ports[1], ports[0]], network.opaque(random.integer(20, 500)));
  if (!refuses) return;
  const quote = quotedDatagram(host, target, 17, [ports[0], ports[1]]);
  network.icmp(target, host, { type: 'unreachable', code: 3, rest: 0, payload: quote });
}

function payload(actor: Self, port: number): Uint8Array {
  const { random } = actor;
  switch (port) {
    case 53:
      return dnsQuery({ id: random.integer(0, 65535), name: 'version.bind', type: DNS_TYPES.TXT });
    case 123:
      return ntpMonitorRequest();
    case 161:
      return snmpGet('public', random.integer(1, 30000));
    case 1900:
      return ssdpSearch(random);
    default:
      return new Uint8Array(0);
  }
}
