import { type Actor, defineActor, jittered } from '../actor.ts';
import { type Endpoint, takePort, turnaroundS } from '../endpoint.ts';
import type { Script } from '../network.ts';
import { between, count, magnitude, oneOf } from '../parameters.ts';
import { sshBanner } from '../payloads/ssh-message.ts';
import { snmpGet, snmpResponse } from '../payloads/snmp-message.ts';
import { httpExchange } from '../sessions/http-session.ts';
import { ping } from '../sessions/probe.ts';
import { TcpConversation } from '../tcp-conversation.ts';

const CHECKS = ['ping', 'http', 'connect', 'snmp', 'ssh'] as const;

const parameters = {
  hosts: count(15, 200),
  periodS: magnitude(10, 300),
  checksEach: count(1, 4),
  kinds: oneOf('mixed', 'mixed', ...CHECKS),
  /** Share of checks whose service is down: refused, or silent. */
  downShare: between(0.01, 0.35),
  spread: between(0.02, 1),
  jitter: magnitude(0.001, 0.2),
  retries: count(0, 3),
};

type Self = Actor<typeof parameters>;

interface Check {
  readonly target: Endpoint;
  readonly kind: (typeof CHECKS)[number];
  readonly port: number;
  readonly state: 'open' | 'closed' | 'filtered';
}

/** Nagios, Zabbix, a load balancer: touches many hosts on many ports, again and again, and many do not answer. */
export const monitoring = defineActor({
  name: 'monitoring',
  family: 'benign',
  detail: 'monitor',
  summary: 'checks many hosts every minute or so by ping, TCP, HTTP, SNMP and SSH; many are down',
  place: 'inside',
  parameters,
  *run(actor): Script {
    const { network, random, world, durationS, parameters: p } = actor;
    const checks: Check[] = [];
    for (let i = 0; i < p.hosts; i++) {
      const target = world.insideHost();
      for (let k = 0; k < p.checksEach; k++) {
        const kind = p.kinds === 'mixed' ? random.pick(CHECKS) : p.kinds;
        const port =
          kind === 'connect'
            ? random.pick([22, 25, 53, 80, 389, 443, 445, 3306, 5432, 8080, 9100])
            : 0;
        checks.push({ target, kind, port, state: random.chance(p.downShare) ? random.pick(['closed', 'filtered'] as const) : 'open' }); // prettier-ignore
      }
    }
    const periodS = Math.min(p.periodS, durationS / 2.5);
    yield random.uniform(0, durationS / 20);
    for (;;) {
      const roundS = jittered(actor, periodS, p.jitter);
      for (const check of checks) {
        network.spawn(run(actor, check));
        yield (roundS * p.spread) / checks.length;
      }
      yield roundS * (1 - p.spread);
    }
  },
});

function* run(actor: Self, check: Check): Script {
  const { network, random, host, parameters: p } = actor;
  const { target, kind, state } = check;
  if (kind === 'ping') {
    const identifier = random.integer(1, 65535);
    for (let i = 0; i < (state === 'open' ? 1 : 1 + p.retries); i++) {
      yield* ping(actor, host, target, {
        isAlive: state === 'open',
        identifier,
        sequence: i,
        bytes: 56,
      });
      yield 1;
    }
    return;
  }
  if (kind === 'snmp') {
    const port = takePort(host, random);
    const id = random.integer(1, 30000);
    network.udp(host, target, [port, 161], snmpGet('public', id));
    if (state !== 'open') return;
    yield turnaroundS(target, random) + 0.002;
    network.udp(target, host, [161, port], snmpResponse('public', id, random.integer(0, 65535)));
    return;
  }
  const port = kind === 'http' ? 80 : kind === 'ssh' ? 22 : check.port;
  const tcp = new TcpConversation(network, random, host, target, port, {
    state,
    retries: p.retries,
  });
  if ((yield* tcp.open()) !== 'open') return;
  if (kind === 'ssh') yield* tcp.send('server', sshBanner('OpenSSH_8.9p1 Ubuntu-3ubuntu0.6'));
  if (kind === 'http') {
    const request = { method: random.pick(['GET', 'HEAD']), host: target.text, uri: '/health', userAgent: 'check_http/v2.3.3 (nagios-plugins 2.3.3)' }; // prettier-ignore
    yield* httpExchange(actor, tcp, request, { status: random.pick([200, 200, 200, 301, 403, 404]), bodyBytes: 120, thinkS: 0.005 }); // prettier-ignore
  }
  yield* random.chance(0.3) ? tcp.reset('client') : tcp.close('client');
}
