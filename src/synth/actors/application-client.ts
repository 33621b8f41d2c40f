import { type Actor, defineActor } from '../actor.ts';
import { type Endpoint, takePort, turnaroundS } from '../endpoint.ts';
import { ALPHABETS, invented, randomText } from '../names.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude, oneOf } from '../parameters.ts';
import { textBytes } from '../payloads/text-bytes.ts';
import { browseBeside } from '../sessions/background.ts';
import { resolve } from '../sessions/dns-lookup.ts';
import { programPersona } from '../sessions/persona.ts';
import { TcpConversation } from '../tcp-conversation.ts';

const parameters = {
  transport: oneOf('tcp', 'tcp', 'tcp', 'udp'),
  form: oneOf('lines', 'binary', 'binary'),
  /** Who speaks first once the connection is there; many protocols begin with the server's greeting. */
  serverGreets: flag(0.4),
  sessions: count(1, 3),
  turns: magnitude(1, 60),
  thinkS: magnitude(0.01, 60),
  questionBytes: magnitude(4, 600),
  answerBytes: magnitude(4, 8000),
  /** One long transfer instead of a dialogue. */
  transfer: oneOf('none', 'none', 'none', 'down', 'up'),
  transferBytes: magnitude(20_000, 800_000),
  /** Messages of one side that wait for no answer: calls, games, telemetry. */
  streams: flag(0.15),
  restS: magnitude(1, 600),
  usesName: flag(0.5),
  refusedShare: between(0, 0.15),
  endsByReset: flag(0.2),
  browses: flag(0.15),
};

type Self = Actor<typeof parameters>;

/**
 * Where programs listen that have a protocol of their own: directories, chat, news, remote desktops, databases, message
 * buses, telephony, games, version control, speed tests, industrial and building control.
 */
const PORTS = [
  43, 79, 113, 119, 194, 389, 427, 502, 514, 515, 554, 646, 873, 1099, 1494, 1521, 1720, 1863, 1883, 1935, 2000, 2049, 2404,
  2869, 3260, 3306, 3478, 3690, 3724, 3868, 4222, 4730, 4840, 4899, 5004, 5060, 5190, 5222, 5269, 5432, 5672, 5938, 6000, 6112,
  6379, 6667, 7070, 8009, 8080, 8200, 8333, 9000, 9092, 9100, 9418, 9999, 10050, 11211, 19000, 25565, 27015, 27017, 44818, 47808,
] as const; // prettier-ignore

/** A program with a protocol that no reader knows: most applications there are, each in a conversation or three. */
export const applicationClient = defineActor({
  name: 'application-client',
  family: 'benign',
  detail: 'client',
  summary:
    'speaks a protocol of its own with one server: dialogues, transfers and streams of any shape',
  place: 'either',
  parameters,
  *run(actor): Script {
    const { network, random, world, durationS, parameters: p } = actor;
    if (p.browses) browseBeside(actor, random.logUniform(5, 60));
    const site = random.chance(0.3)
      ? { name: `${invented(random)}.example`, servers: [world.insideHost()] as [Endpoint] }
      : world.site();
    const port = random.chance(0.6) ? random.pick(PORTS) : random.integer(1024, 60_000);
    for (let i = 0; i < p.sessions; i++) {
      yield random.uniform(0, Math.min(p.restS, durationS / 4));
      if (p.usesName) yield* resolve(actor, actor.host, programPersona(random), site);
      if (p.transport === 'tcp') yield* connection(actor, site.servers[0], port);
      else network.spawn(datagrams(actor, site.servers[0], port), 0);
    }
  },
});

function* connection(actor: Self, server: Endpoint, port: number): Script {
  const { network, random, host, parameters: p } = actor;
  const state = random.chance(p.refusedShare) ? random.pick(['closed', 'filtered'] as const) : 'open'; // prettier-ignore
  const tcp = new TcpConversation(network, random, host, server, port, { state });
  if ((yield* tcp.open()) !== 'open') return;
  if (p.serverGreets) yield* tcp.send('server', message(actor, random.logUniform(8, 200)));
  if (p.transfer === 'none') {
    for (let turn = 0; turn < p.turns && tcp.isOpen; turn++) {
      yield* tcp.send('client', message(actor, random.logNormal(p.questionBytes, 0.6)));
      if (!p.streams || random.chance(0.1)) {
        yield* tcp.send('server', message(actor, Math.min(60_000, random.logNormal(p.answerBytes, 0.8)))); // prettier-ignore
      }
      yield* tcp.pause(random.exponential(p.thinkS));
    }
  } else {
    yield* tcp.send('client', message(actor, random.logNormal(p.questionBytes, 0.6)));
    yield* tcp.send(p.transfer === 'down' ? 'server' : 'client', Math.ceil(p.transferBytes));
    yield* tcp.send('server', message(actor, random.integer(4, 60)));
  }
  if (p.endsByReset) yield* tcp.reset(random.pick(['client', 'server'] as const));
  else yield* tcp.close(random.pick(['client', 'server'] as const));
}

function* datagrams(actor: Self, server: Endpoint, port: number): Script {
  const { network, random, host, parameters: p } = actor;
  const own = takePort(host, random);
  const content = (bytes: number): Uint8Array => {
    const said = message(actor, Math.min(1400, bytes));
    return typeof said === 'number' ? network.opaque(said) : said;
  };
  const turns = p.transfer === 'none' ? p.turns : Math.min(400, p.transferBytes / 1000);
  for (let turn = 0; turn < turns; turn++) {
    const up = p.transfer === 'up' ? 1200 : random.logNormal(p.questionBytes, 0.5);
    network.udp(host, server, [own, port], content(up));
    if (!p.streams || random.chance(0.1)) {
      yield turnaroundS(server, random);
      const down = p.transfer === 'down' ? 1200 : random.logNormal(p.answerBytes, 0.6);
      network.udp(server, host, [port, own], content(down));
    }
    yield p.transfer === 'none' ? random.exponential(p.thinkS) : random.exponential(0.01);
  }
}

/** A line of words, or so many bytes that mean nothing to anybody else. */
function message({ random, parameters: p }: Self, bytes: number): Uint8Array | number {
  const size = Math.max(1, Math.ceil(bytes));
  if (p.form === 'binary' || size > 1200) return size;
  const words: string[] = [];
  for (let left = size; left > 0; left -= words.at(-1)!.length + 1) {
    words.push(random.chance(0.6) ? invented(random) : randomText(random, ALPHABETS.base32, random.integer(1, 12))); // prettier-ignore
  }
  return textBytes(`${words.join(' ')}\r\n`);
}
