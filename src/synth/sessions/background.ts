import type { Actor } from '../actor.ts';
import { browserPersona } from './persona.ts';
import { browse } from './web-visit.ts';

/** Lets a host's owner browse beside whatever else the host does; 0 pages an hour: nobody is there. */
export function browseBeside(
  actor: Pick<Actor, 'network' | 'random' | 'world' | 'host' | 'durationS'>,
  pagesPerHour: number,
): void {
  if (pagesPerHour <= 0) return;
  const random = actor.random.fork('browsing');
  const habits = {
    pagesPerHour,
    connectionsPerPage: random.logUniform(0.5, 3),
    requestsPerConnection: random.logUniform(0.3, 3),
    sizeFactor: random.logUniform(0.3, 1.5),
  };
  const scene = { network: actor.network, world: actor.world, durationS: actor.durationS, random };
  actor.network.spawn(browse(scene, actor.host, browserPersona(random), habits));
}
