import type { Endpoint } from '../endpoint.ts';
import type { Script } from '../network.ts';
import { urlPath } from '../names.ts';
import { TcpConversation } from '../tcp-conversation.ts';
import type { Scene, Site } from '../world.ts';
import { resolve } from './dns-lookup.ts';
import { endSomehow } from './ending.ts';
import { httpExchange } from './http-session.ts';
import type { Persona } from './persona.ts';
import { secretExchange, tlsHandshake } from './tls-session.ts';

export interface Habits {
  readonly pagesPerHour: number;
  readonly connectionsPerPage: number;
  readonly requestsPerConnection: number;
  /** Scales the answers of sites. */
  readonly sizeFactor: number;
}

/** One connection to a site with some requests. */
export function* visit(
  scene: Scene,
  client: Endpoint,
  site: Site,
  persona: Persona,
  habits: Omit<Habits, 'pagesPerHour' | 'connectionsPerPage'>,
): Script {
  const { network, random } = scene;
  yield* resolve(scene, client, persona, site);
  const isPlain = site.transport === 'http';
  const state = random.chance(0.985) ? 'open' : random.pick(['closed', 'filtered'] as const);
  const tcp = new TcpConversation(
    network,
    random,
    client,
    random.pick(site.servers),
    isPlain ? 80 : 443,
    { state },
  );
  if ((yield* tcp.open()) !== 'open') return;
  if (!isPlain) {
    yield* tlsHandshake(scene, tcp, {
      shape: persona.helloShape,
      serverName: site.name,
      tls13: site.transport === 'tls13',
    });
  }
  const requests = 1 + Math.floor(random.exponential(habits.requestsPerConnection));
  for (let i = 0; i < requests; i++) {
    const bytes = Math.min(400_000, random.logNormal(site.answerBytes * habits.sizeFactor, 1));
    yield* exchange(scene, tcp, site, persona, bytes);
    if (i + 1 < requests) yield* tcp.pause(random.exponential(random.chance(0.2) ? 5 : 0.2));
  }
  if (random.chance(0.5)) yield* tcp.pause(random.logUniform(0.5, 60)); // kept alive for a while
  yield* endSomehow(scene, tcp);
}

/** A person at the web: pages at irregular times, several connections each. */
export function* browse(scene: Scene, client: Endpoint, persona: Persona, habits: Habits): Script {
  const { network, random, world } = scene;
  yield random.uniform(0, Math.min(20, scene.durationS / 4));
  for (;;) {
    const connections = 1 + Math.floor(random.exponential(habits.connectionsPerPage));
    for (let i = 0; i < Math.min(connections, 12); i++) {
      network.spawn(
        visit(scene, client, world.popularSite(random), persona, habits),
        random.exponential(0.4),
      );
    }
    yield random.logNormal(3600 / habits.pagesPerHour / 1.6, 1); // mean of exp(N(0,1)) is 1.65
  }
}

function* exchange(
  scene: Scene,
  tcp: TcpConversation,
  site: Site,
  persona: Persona,
  bytes: number,
): Script {
  const { random } = scene;
  const thinkS = random.exponential(site.thinkS);
  const upload = random.chance(0.04) ? random.logNormal(9000, 1) : 0;
  if (site.transport !== 'http') {
    yield* secretExchange(scene, tcp, {
      up: random.logNormal(450, 0.5) + upload,
      down: bytes,
      thinkS,
    });
    return;
  }
  const kind = random.uniform();
  const status = kind < 0.82 ? 200 : random.pick([204, 301, 302, 304, 304, 404, 403, 500]);
  yield* httpExchange(
    scene,
    tcp,
    {
      method: upload > 0 ? 'POST' : 'GET',
      host: site.name,
      uri: urlPath(random),
      userAgent: persona.userAgent,
      headers: ['Accept-Language: en', `Referer: http://${site.domain}/`],
      ...(upload > 0 ? { body: Math.floor(upload) } : {}),
    },
    { status, bodyBytes: Math.floor(status === 200 ? bytes : 300), thinkS },
  );
}
