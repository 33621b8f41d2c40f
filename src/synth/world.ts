import { addressScope, formatAddress, type Network as Prefix } from '../bytes/ip-address.ts';
import { type Endpoint, TCP_STACKS, type TcpStack } from './endpoint.ts';
import { domainName, siteName } from './names.ts';
import { macAddress, type Network } from './network.ts';
import type { Random } from './random.ts';

/** A service out there that ordinary clients use. */
export interface Site {
  readonly name: string;
  readonly domain: string;
  readonly servers: readonly Endpoint[];
  readonly transport: 'http' | 'tls12' | 'tls13';
  /** Median bytes of one answer. */
  readonly answerBytes: number;
  readonly thinkS: number;
}

export interface WorldOptions {
  readonly ipVersion?: 4 | 6;
  /** Where the inside hosts live; drawn when not given. */
  readonly inside?: Prefix;
}

export interface HostOptions {
  readonly stack?: keyof typeof TCP_STACKS;
  readonly label?: string;
  readonly oneWayS?: number;
  readonly bytesPerS?: number;
}

/** The addresses of one run: an inside network behind a tap, and everybody else. */
export class World {
  readonly ipVersion: 4 | 6;
  readonly resolver: Endpoint;
  readonly router: Endpoint;
  readonly sites: readonly Site[];
  /** Inside hosts of actors so far; attackers find their targets among them. */
  readonly insiders: Endpoint[] = [];
  /** Whose frames are watched for labels. */
  readonly labelled: Endpoint[] = [];
  readonly #random: Random;
  readonly #inside: Prefix;
  readonly #isGiven: boolean;
  readonly #hosts = new Map<string, Endpoint>();
  /** Quality of the whole run's network: a median loss. */
  readonly #lossMedian: number;

  constructor(random: Random, options: WorldOptions = {}) {
    this.#random = random;
    this.ipVersion = options.ipVersion ?? (options.inside && !isFour(options.inside) ? 6 : 4);
    this.#isGiven = options.inside !== undefined;
    this.#inside = options.inside ?? drawInside(random, this.ipVersion);
    if (isFour(this.#inside) !== (this.ipVersion === 4)) {
      throw new RangeError(`network.inside: expected an IPv${this.ipVersion} prefix, got another`);
    }
    this.#lossMedian = random.logUniform(0.0002, 0.01);
    this.router = this.insideHost({ stack: 'linux' });
    this.resolver = random.chance(0.6)
      ? this.insideHost({ label: 'benign/server', stack: 'linux' })
      : this.outsideHost({
          label: 'benign/server',
          stack: 'linux',
          oneWayS: random.uniform(0.002, 0.02),
        });
    const count = random.integer(40, 160);
    this.sites = Array.from({ length: count }, () => this.site());
  }

  insideHost(options: HostOptions = {}): Endpoint {
    const address = this.#free((attempt) => this.#insideAddress(attempt));
    return this.#settle(this.#endpoint(address, true, options));
  }

  outsideHost(options: HostOptions = {}): Endpoint {
    const address = this.#free(() => this.outsideAddress());
    return this.#settle(this.#endpoint(address, false, options));
  }

  host(place: 'inside' | 'outside', options: HostOptions = {}): Endpoint {
    return place === 'inside' ? this.insideHost(options) : this.outsideHost(options);
  }

  /** Whoever lives at an address; a stranger, not remembered, where nobody does: scans visit addresses, not hosts. */
  hostAt(address: Uint32Array, inside: boolean): Endpoint {
    return this.hostKnownAt(address) ?? this.#endpoint(address, inside, {});
  }

  hostKnownAt(address: Uint32Array): Endpoint | undefined {
    return this.#hosts.get(address.join());
  }

  /** A new site; its servers count as benign when they are seen. */
  site(): Site {
    const random = this.#random;
    const domain = domainName(random);
    const servers = Array.from({ length: random.chance(0.7) ? 1 : random.integer(2, 4) }, () =>
      this.outsideHost({ label: 'benign/server', stack: random.chance(0.8) ? 'linux' : 'windows' }),
    );
    const kind = random.uniform();
    return {
      name: siteName(random, domain),
      domain,
      servers,
      transport: kind < 0.15 ? 'http' : kind < 0.45 ? 'tls12' : 'tls13',
      answerBytes: random.logNormal(6000, 1.3),
      thinkS: random.logUniform(0.005, 0.4),
    };
  }

  /** Some sites are visited far more often than others (Zipf). */
  popularSite(random: Random): Site {
    const rank = Math.floor(Math.pow(this.sites.length, random.uniform())) - 1;
    return this.sites[rank]!;
  }

  /** Somebody for an attacker to try: often a host that also does its ordinary work, else one more. */
  target(random: Random, place: 'inside' | 'outside', attacker: Endpoint): Endpoint {
    const others = this.insiders.filter((host) => host !== attacker);
    const isKnown = place === 'inside' && others.length > 0 && random.chance(0.6);
    return isKnown ? random.pick(others) : this.host(place);
  }

  /** An address outside that looks public: no special range, not in the inside network. */
  outsideAddress(): Uint32Array {
    const random = this.#random;
    for (;;) {
      const address =
        this.ipVersion === 4
          ? Uint32Array.of(0, 0, 0xffff, random.word())
          : Uint32Array.of(
              (0x20000000 | (random.word() >>> 3)) >>> 0,
              random.word(),
              0,
              random.word(),
            );
      const first = address[3]! >>> 24;
      const isOdd = this.ipVersion === 4 && (first >= 224 || first === 0);
      if (!isOdd && addressScope(address) === 'public' && !this.#isInside(address)) return address;
    }
  }

  /** Address number `index` of the inside network, wrapping round. */
  insideAt(index: number): Uint32Array {
    const bits = Math.min(32, 128 - this.#inside.prefix);
    const size = 2 ** bits;
    const address = this.#inside.words.slice();
    address[3] = (Math.floor(address[3]! / size) * size + (index % size)) >>> 0;
    return address;
  }

  get insideSize(): number {
    return 2 ** Math.min(32, 128 - this.#inside.prefix);
  }

  #isInside(address: Uint32Array): boolean {
    return this.insideAt(address[3]!).every((word, i) => word === address[i]);
  }

  /** Full networks get a neighbour, unless the recipe says where the inside is. */
  #insideAddress(attempt: number): Uint32Array {
    const last = Math.max(2, Math.min(this.insideSize, 60_000) - 2);
    const address = this.insideAt(this.#random.integer(1, last));
    if (attempt > 200 && !this.#isGiven)
      address[3] = address[3]! + this.insideSize * (1 + (attempt % 16));
    return address;
  }

  #settle(endpoint: Endpoint): Endpoint {
    this.#hosts.set(endpoint.address.join(), endpoint);
    return endpoint;
  }

  #free(draw: (attempt: number) => Uint32Array): Uint32Array {
    for (let attempt = 0; attempt < 10000; attempt++) {
      const address = draw(attempt);
      if (!this.#hosts.has(address.join())) return address;
    }
    throw new RangeError('network.inside: expected room for every host, got a full prefix');
  }

  #endpoint(address: Uint32Array, inside: boolean, options: HostOptions): Endpoint {
    const random = this.#random;
    const stack: TcpStack = TCP_STACKS[options.stack ?? drawStack(random)];
    const [low, high] = stack.ephemeralPorts;
    const endpoint: Endpoint = {
      address,
      text: formatAddress(address),
      mac: macAddress(random),
      inside,
      stack,
      hops: inside ? 0 : random.integer(5, 24),
      mss: random.chance(0.8) ? (this.ipVersion === 4 ? 1460 : 1440) : random.integer(1220, 1452),
      oneWayS:
        options.oneWayS ??
        (inside
          ? random.logUniform(0.00008, random.chance(0.4) ? 0.008 : 0.0008)
          : random.logUniform(0.003, 0.14)),
      jitter: random.logUniform(0.01, 0.5),
      lossShare: random.chance(0.35) ? 0 : Math.min(0.12, random.logNormal(this.#lossMedian, 1)),
      bytesPerS: options.bytesPerS ?? random.logUniform(3e5, 6e7),
      nextPort: random.integer(low, high),
      ipId: random.integer(0, 0xffff),
      label: '',
      firstUs: Number.NaN,
      lastUs: Number.NaN,
    };
    if (options.label !== undefined) this.label(endpoint, options.label);
    return endpoint;
  }

  /** Says what a host is; it enters the truth when it sends its first frame. */
  label(endpoint: Endpoint, label: string): void {
    if (endpoint.label === '') this.labelled.push(endpoint);
    endpoint.label = label;
  }
}

/** What every script can reach. */
export interface Scene {
  readonly network: Network;
  readonly world: World;
  readonly random: Random;
  readonly durationS: number;
}

function drawStack(random: Random): keyof typeof TCP_STACKS {
  const kind = random.uniform();
  if (kind < 0.4) return 'linux';
  if (kind < 0.75) return 'windows';
  if (kind < 0.87) return 'apple';
  return kind < 0.95 ? 'bsd' : 'embedded';
}

function isFour(prefix: Prefix): boolean {
  return prefix.words[2] === 0xffff && prefix.prefix >= 96;
}

/** Private ranges mostly; some networks number their hosts publicly. */
function drawInside(random: Random, ipVersion: 4 | 6): Prefix {
  if (ipVersion === 6) {
    const top = random.chance(0.5) ? 0xfd000000 | random.integer(0, 0xffffff) : 0x20010db8;
    return {
      words: Uint32Array.of(top >>> 0, random.word(), 0, 0),
      prefix: 96 + random.integer(16, 24),
    };
  }
  const kind = random.uniform();
  let base = (10 << 24) | (random.integer(0, 255) << 16) | (random.integer(0, 220) << 8);
  if (kind < 0.35) base = (192 << 24) | (168 << 16) | (random.integer(0, 220) << 8);
  else if (kind < 0.5) base = (172 << 24) | (random.integer(16, 31) << 16) | (random.integer(0, 220) << 8);
  else if (kind < 0.65) base = (random.pick([24, 62, 81, 128, 131, 147, 193, 203]) << 24) | (random.integer(0, 250) << 16) | (random.integer(0, 220) << 8); // prettier-ignore
  const bits = random.pick([22, 23, 24, 24, 24]);
  const size = 2 ** (32 - bits);
  const network = Math.floor((base >>> 0) / size) * size;
  return { words: Uint32Array.of(0, 0, 0xffff, network), prefix: 96 + bits };
}
