import { defineActor } from '../actor.ts';
import type { Script } from '../network.ts';
import { between, count, magnitude, oneOf } from '../parameters.ts';
import { mysqlGreeting, mysqlLogin, mysqlOk, mysqlQuery } from '../payloads/mysql-message.ts';
import { textBytes } from '../payloads/text-bytes.ts';
import { TcpConversation } from '../tcp-conversation.ts';

const PORTS = { mysql: 3306, redis: 6379, opaque: 1433 } as const;

/** An application and its database: the same login over and over, thousands of small alike questions. */
export const databaseApplication = defineActor({
  name: 'database-application',
  family: 'benign',
  detail: 'client',
  summary: 'asks its database all day, over pooled or short connections',
  place: 'inside',
  parameters: {
    protocol: oneOf('mysql', 'redis', 'opaque'),
    connections: count(1, 10),
    queriesPerS: magnitude(0.2, 60),
    queries: count(200, 3500),
    /** 1: a connection for every question, like old web applications. */
    queriesPerConnection: count(1, 2000),
    queryBytes: magnitude(30, 900),
    answerBytes: magnitude(20, 6000),
    failedShare: between(0, 0.03),
  },
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    const server = world.insideHost({ label: 'benign/server', stack: 'linux' });
    const perQuery = p.queriesPerConnection < 5 ? 4 : 1;
    const budget = { left: Math.floor(p.queries / perQuery) };
    const gapS = Math.max(
      p.connections / p.queriesPerS,
      (durationS * p.connections) / Math.max(1, budget.left) / 2,
    );
    const port = PORTS[p.protocol];
    const work = function* (): Script {
      while (budget.left > 0) {
        const state = random.chance(p.failedShare) ? 'closed' : 'open';
        const tcp = new TcpConversation(network, random, host, server, port, { state });
        if ((yield* tcp.open()) !== 'open') {
          yield random.exponential(gapS);
          continue;
        }
        if (p.protocol === 'mysql') {
          yield* tcp.send('server', mysqlGreeting(random));
          yield* tcp.send('client', mysqlLogin(random, 'app'));
          yield* tcp.send('server', mysqlOk(2));
        }
        for (let i = 0; i < p.queriesPerConnection && budget.left > 0; i++, budget.left--) {
          const up = Math.ceil(random.logNormal(p.queryBytes, 0.4));
          yield* tcp.send('client', p.protocol === 'mysql' ? mysqlQuery(`UPDATE items SET note='${'x'.repeat(up)}' WHERE id=${random.integer(1, 9999)}`) : p.protocol === 'redis' ? textBytes(`*2\r\n$3\r\nGET\r\n$${up}\r\n${'k'.repeat(up)}\r\n`) : up); // prettier-ignore
          yield* tcp.pause(random.exponential(0.002));
          const down = Math.ceil(Math.min(60_000, random.logNormal(p.answerBytes, 0.8)));
          yield* tcp.send('server', p.protocol === 'mysql' ? mysqlOk(1) : p.protocol === 'redis' ? textBytes(`$${down}\r\n${'v'.repeat(down)}\r\n`) : down); // prettier-ignore
          yield* tcp.pause(random.exponential(gapS));
        }
        yield* tcp.close('client');
      }
    };
    for (let i = 0; i < p.connections; i++) network.spawn(work(), random.exponential(1));
    yield 0;
  },
});
