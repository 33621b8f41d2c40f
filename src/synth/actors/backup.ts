import { defineActor, jittered } from '../actor.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude, oneOf } from '../parameters.ts';
import { browseBeside } from '../sessions/background.ts';
import { resolve } from '../sessions/dns-lookup.ts';
import { programPersona } from '../sessions/persona.ts';
import { uploadBytes, UPLOAD_PORTS } from '../sessions/upload.ts';

/** The honest twin of exfiltration: the same bytes the same way, to a backup server or a cloud drive. */
export const backup = defineActor({
  name: 'backup',
  family: 'benign',
  detail: 'client',
  summary: 'uploads bulk data to a backup server inside, or to a cloud drive',
  place: 'inside',
  parameters: {
    channel: oneOf('tls', 'tls', 'ssh', 'smb', 'http', 'ftp'),
    toInside: flag(0.45),
    totalBytes: magnitude(300_000, 9_000_000),
    pieces: count(1, 60),
    pauseS: magnitude(0.1, 60),
    jitter: between(0, 1),
    browsesToo: flag(0.4),
    startsAt: between(0.02, 0.4),
  },
  *run(actor): Script {
    const { random, host, world, durationS, parameters: p } = actor;
    if (p.browsesToo) browseBeside(actor, random.logUniform(10, 200));
    const site = world.site();
    const server = p.toInside ? world.insideHost({ label: 'benign/server' }) : site.servers[0]!;
    const persona = programPersona(random);
    yield durationS * p.startsAt;
    for (let i = 0; i < p.pieces; i++) {
      if (!p.toInside || random.chance(0.1))
        yield* resolve(actor, host, persona, { name: site.name, servers: [server] });
      yield* uploadBytes(actor, host, {
        channel: p.channel,
        server,
        port: UPLOAD_PORTS[p.channel],
        name: site.name,
        persona,
        bytes: Math.round(jittered(actor, p.totalBytes / p.pieces, p.jitter / 2)),
      });
      yield jittered(actor, Math.min(p.pauseS, durationS / (2 * p.pieces)), p.jitter);
    }
  },
});
