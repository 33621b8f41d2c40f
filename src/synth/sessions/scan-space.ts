import type { Endpoint } from '../endpoint.ts';
import type { Random } from '../random.ts';
import type { PortState } from '../tcp-conversation.ts';
import type { Scene } from '../world.ts';

export interface SpaceOptions {
  readonly count: number;
  readonly order: 'sequential' | 'random' | 'permuted';
  /** Inside addresses are those of the run's network; outside ones are random, or blocks when sequential. */
  readonly place: 'inside' | 'outside';
  readonly aliveShare: number;
  readonly openShare: number;
  /** Of living hosts' other ports: silent rather than refused. */
  readonly filteredShare: number;
}

export interface Target {
  readonly endpoint: Endpoint;
  readonly isAlive: boolean;
}

/** The addresses a scan visits, made as they are visited: the space is never held. */
export function* scanSpace(
  scene: Scene,
  random: Random,
  options: SpaceOptions,
): Generator<Target, void, undefined> {
  const { world } = scene;
  const base = world.outsideAddress();
  const first =
    options.place === 'inside' && options.count < world.insideSize ? random.integer(0, 40) : 0;
  const step = options.order === 'permuted' ? 2 * random.integer(20, 4000) + 1 : 1;
  for (let i = 0; i < options.count; i++) {
    let address: Uint32Array;
    if (options.place === 'inside') {
      const index =
        options.order === 'random' ? random.integer(1, world.insideSize - 2) : first + i * step;
      address = world.insideAt(index);
    } else if (options.order === 'random') {
      address = world.outsideAddress();
    } else {
      address = base.slice();
      address[3] = (address[3]! + i * step) >>> 0;
    }
    const known = world.hostKnownAt(address);
    yield known === undefined
      ? {
          endpoint: world.hostAt(address, options.place === 'inside'),
          isAlive: random.chance(options.aliveShare),
        }
      : { endpoint: known, isAlive: true };
  }
}

/** What a port of a target says. */
export function portState(random: Random, target: Target, options: SpaceOptions): PortState {
  if (!target.isAlive) return 'filtered';
  if (random.chance(options.openShare)) return 'open';
  return random.chance(options.filteredShare) ? 'filtered' : 'closed';
}
