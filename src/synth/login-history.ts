import { invented, userName as guessedName } from './names.ts';
import { Random } from './random.ts';

/** One connection to a server that asks who is there, as the server's log tells of it. Times in µs since the epoch. */
interface LoginSession {
  readonly client: string;
  readonly server: string;
  readonly service: LoginService['name'];
  readonly port: number;
  readonly startUs: number;
  readonly endUs: number;
  readonly logins: readonly Login[];
}

interface Login {
  readonly timeUs: number;
  readonly isRight: boolean;
  readonly userName: string;
}

/** Who logs in, and whether that is an attack: `benign` or `bruteforce`. */
export interface LoginHistory {
  readonly client: string;
  readonly kind: LoginKind;
  readonly label: string;
  readonly sessions: readonly LoginSession[];
}

interface LoginService {
  readonly name: string;
  readonly port: number;
}

const SERVICES: readonly LoginService[] = [
  { name: 'ssh', port: 22 },
  { name: 'ssh', port: 22 },
  { name: 'rdp', port: 3389 },
  { name: 'smb', port: 445 },
  { name: 'ftp', port: 21 },
  { name: 'telnet', port: 23 },
];

const ADMINISTRATORS = ['root', 'admin', 'administrator'];

const SECOND_US = 1e6;
const HOUR_S = 3600;
const DAY_S = 86_400;
/** 1 January 2023. */
const FIRST_US = 1_672_531_200e6;

/** The ways in which hosts log in, and how many hosts of each a run has. */
const KINDS = {
  person: { label: 'benign/client', hosts: 25, play: person },
  mistyper: { label: 'benign/client', hosts: 25, play: mistyper },
  forgetful: { label: 'benign/client', hosts: 12, play: forgetful },
  automation: { label: 'benign/client', hosts: 20, play: automation },
  stale: { label: 'benign/client', hosts: 4, play: stale },
  gateway: { label: 'benign/client', hosts: 8, play: gateway },
  administrator: { label: 'benign/client', hosts: 8, play: administrator },
  guesser: { label: 'bruteforce', hosts: 14, play: guesser },
  sprayer: { label: 'bruteforce', hosts: 12, play: sprayer },
  slow: { label: 'bruteforce', hosts: 12, play: slow },
  sweeper: { label: 'bruteforce', hosts: 8, play: sweeper },
} as const;

type LoginKind = keyof typeof KINDS;

/**
 * What the servers of a network log of people, programs and guessers that log in to them. Traffic cannot teach this: who
 * was let in is enciphered there, and a server's log shows nothing else. The same seed gives the same histories.
 */
export function* loginHistories(seed: number | string): Generator<LoginHistory> {
  for (const [kind, { label, hosts, play }] of Object.entries(KINDS)) {
    for (let k = 1; k <= hosts; k++) {
      const client = new Client(
        new Random(`logins/${seed}/${kind}/${k}`),
        label !== 'benign/client',
      );
      play(client);
      const detail = label === 'bruteforce' ? `bruteforce/${client.service.name}` : label;
      yield {
        client: client.address,
        kind: kind as LoginKind,
        label: detail,
        sessions: client.sessions,
      };
    }
  }
}

/** Somebody who opens sessions one after the other. */
class Client {
  readonly random: Random;
  readonly address: string;
  readonly service: LoginService;
  readonly sessions: LoginSession[] = [];
  /** Some logs tell when sessions end, others only that somebody came. */
  readonly #showsEnds: boolean;
  #nowUs: number;

  constructor(random: Random, isStranger: boolean) {
    this.random = random;
    const last = `${random.integer(0, 255)}.${random.integer(1, 254)}`;
    this.address =
      isStranger && random.chance(0.8) ? `203.0.${last}` : `10.${random.integer(0, 9)}.${last}`;
    this.service = random.pick(SERVICES);
    this.#showsEnds = random.chance(0.6);
    this.#nowUs = FIRST_US + random.integer(0, 3 * 365 * DAY_S) * SECOND_US;
  }

  wait(seconds: number): void {
    this.#nowUs += Math.round(seconds * SECOND_US);
  }

  /** One session: wrong passwords, then the right one or none. `seconds` is how long it then lasts. */
  session(
    server: string,
    tries: readonly (readonly [userName: string, isRight: boolean])[],
    seconds = 0,
  ): void {
    const { address: client, service, random } = this;
    const startUs = this.#nowUs;
    const logins = tries.map(([userName, isRight]): Login => {
      this.wait(random.logUniform(0.2, 6));
      return { timeUs: this.#nowUs, isRight, userName };
    });
    const lastUs = this.#nowUs + (this.#showsEnds ? Math.round(seconds * SECOND_US) : 0);
    this.sessions.push({ client, server, service: service.name, port: service.port, startUs: this.#showsEnds ? startUs : lastUs, endUs: lastUs, logins }); // prettier-ignore
  }

  servers(count: number): string[] {
    const net = `10.${this.random.integer(10, 250)}.0`;
    return Array.from({ length: count }, (_, k) => `${net}.${k + 1}`);
  }

  /** Wrong passwords before the right one, in sessions that end after `most` of them. */
  mistype(server: string, userName: string, wrong: number, most: number): void {
    for (let left = wrong; left > 0; left -= most) {
      const tries = Array.from({ length: Math.min(left, most) }, () => [userName, false] as const);
      this.session(server, tries);
      this.wait(this.random.logUniform(1, 60));
    }
  }
}

/** Windows logs a session for every wrong password, sshd asks three or six times in one. */
function triesOfSession(random: Random): number {
  return random.chance(0.4) ? 1 : random.integer(2, 6);
}

/** Comes to work, mistypes now and then, stays a while. */
function person(client: Client): void {
  const { random } = client;
  const servers = client.servers(random.integer(1, 3));
  const userName = invented(random);
  const mistypes = random.logUniform(0.01, 0.4);
  const most = triesOfSession(random);
  for (let k = Math.round(random.logUniform(1, 60)); k > 0; k--) {
    const server = random.pick(servers);
    if (random.chance(mistypes)) client.mistype(server, userName, random.integer(1, 4), most);
    client.session(server, [[userName, true]], random.logUniform(5, 8 * HOUR_S));
    client.wait(random.logUniform(60, DAY_S));
  }
}

/** Was seen on the one day on which it mistyped. */
function mistyper(client: Client): void {
  const { random } = client;
  const [server] = client.servers(1);
  const userName = random.chance(0.2) ? guessedName(random) : invented(random);
  const most = triesOfSession(random);
  for (let k = random.integer(1, 3); k > 0; k--) {
    client.mistype(server!, userName, random.integer(1, 4), most);
    client.session(server!, [[userName, true]], random.logUniform(5, 4 * HOUR_S));
    client.wait(random.logUniform(60, 8 * HOUR_S));
  }
}

/** Has forgotten the password: a few tries, and gives up. */
function forgetful(client: Client): void {
  const { random } = client;
  const [server] = client.servers(1);
  client.mistype(server!, invented(random), random.integer(1, 5), triesOfSession(random));
}

/** A program with a key: backups, deployments, mail and monitoring. */
function automation(client: Client): void {
  const { random } = client;
  const servers = client.servers(Math.round(random.logUniform(1, 30)));
  const userName = random.chance(0.5) ? guessedName(random) : invented(random);
  const period = random.logUniform(10, 6 * HOUR_S);
  const jitter = random.uniform(0, 0.3);
  for (let k = Math.round(random.logUniform(4, 600)); k > 0; k--) {
    client.session(random.pick(servers), [[userName, true]], random.logUniform(0.2, 120));
    client.wait(period * (1 + random.uniform(-jitter, jitter)));
  }
}

/** A program whose password has changed tries the old one again, by the clock. */
function stale(client: Client): void {
  const { random } = client;
  const [server] = client.servers(1);
  const userName = invented(random);
  const period = random.logUniform(600, 12 * HOUR_S);
  for (let k = random.integer(3, 40); k > 0; k--) {
    client.session(server!, [[userName, false]]);
    client.wait(period * random.uniform(0.98, 1.02));
  }
}

/** Many people behind one address. */
function gateway(client: Client): void {
  const { random } = client;
  const servers = client.servers(random.integer(1, 10));
  const people = Array.from({ length: random.integer(4, 60) }, () => invented(random));
  const mistypes = random.logUniform(0.02, 0.2);
  for (let k = Math.round(random.logUniform(10, 400)); k > 0; k--) {
    const [server, userName] = [random.pick(servers), random.pick(people)];
    if (random.chance(mistypes)) client.mistype(server, userName, random.integer(1, 4), 3);
    client.session(server, [[userName, true]], random.logUniform(5, 4 * HOUR_S));
    client.wait(random.exponential(900));
  }
}

/** Goes round all servers. */
function administrator(client: Client): void {
  const { random } = client;
  const servers = client.servers(random.integer(4, 80));
  const userName = random.chance(0.4) ? random.pick(ADMINISTRATORS) : invented(random);
  const mistypes = random.logUniform(0.005, 0.1);
  for (const server of random.shuffle(servers)) {
    if (random.chance(mistypes)) client.mistype(server, userName, random.integer(1, 2), 3);
    client.session(server, [[userName, true]], random.logUniform(2, 1800));
    client.wait(random.logUniform(1, 600));
  }
}

/** One server, few names, many passwords; rarely the right one at last. */
function guesser(client: Client): void {
  const { random } = client;
  const [server] = client.servers(1);
  const names = Array.from({ length: random.integer(1, 3) }, () => guessedName(random));
  const most = random.integer(1, 6);
  const pause = random.logUniform(0.05, 20);
  for (let left = Math.round(random.logUniform(10, 1500)); left > 0; left -= most) {
    const userName = random.pick(names);
    client.session(
      server!,
      Array.from({ length: most }, () => [userName, false] as const),
    );
    client.wait(random.exponential(pause));
  }
  if (random.chance(0.25)) client.session(server!, [[names[0]!, true]], random.logUniform(1, 600));
}

/** Many names, a password or two for each. */
function sprayer(client: Client): void {
  const { random } = client;
  const servers = client.servers(random.integer(1, 6));
  const known = random.uniform();
  const pause = random.logUniform(0.1, 120);
  for (let k = Math.round(random.logUniform(8, 600)); k > 0; k--) {
    const userName = random.chance(known) ? guessedName(random) : invented(random);
    client.session(random.pick(servers), Array.from({ length: random.integer(1, 2) }, () => [userName, false] as const)); // prettier-ignore
    client.wait(random.exponential(pause));
  }
}

/** One of many that share the work: a guess now and then, over hours or days. */
function slow(client: Client): void {
  const { random } = client;
  const servers = client.servers(random.integer(1, 8));
  const pause = random.logUniform(60, 4 * HOUR_S);
  for (let k = Math.round(random.logUniform(4, 60)); k > 0; k--) {
    client.session(random.pick(servers), [[guessedName(random), false]]);
    client.wait(random.exponential(pause));
  }
}

/** The commonest passwords at every server of a network. */
function sweeper(client: Client): void {
  const { random } = client;
  const servers = client.servers(random.integer(5, 200));
  const names = Array.from({ length: random.integer(1, 4) }, () => guessedName(random));
  const pause = random.logUniform(0.05, 10);
  for (const server of random.shuffle(servers)) {
    for (const userName of names) client.session(server, [[userName, false]]);
    client.wait(random.exponential(pause));
  }
}
