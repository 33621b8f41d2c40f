import { defineActor, jittered } from '../actor.ts';
import { domainName, siteName } from '../names.ts';
import type { Script } from '../network.ts';
import { between, count, flag, magnitude, oneOf } from '../parameters.ts';
import { browseBeside } from '../sessions/background.ts';
import { resolve } from '../sessions/dns-lookup.ts';
import { programPersona } from '../sessions/persona.ts';
import { uploadBytes, UPLOAD_PORTS } from '../sessions/upload.ts';

const parameters = {
  channel: oneOf('tls', 'tls', 'http', 'ftp', 'ssh'),
  totalBytes: magnitude(400_000, 9_000_000),
  /** In so many pieces, each on its own connection. */
  pieces: count(1, 40),
  pauseS: magnitude(0.5, 120),
  jitter: between(0, 1),
  throttleBytesPerS: magnitude(20_000, 5_000_000),
  usesName: flag(0.6),
  standardPort: flag(0.75),
  browsesToo: flag(0.7),
};

/** Other people's files on their way out, to a server that nobody here knew before. */
export const exfiltration = defineActor({
  name: 'exfiltration',
  family: 'exfil',
  detail: 'upload',
  summary: 'uploads bulk data to an unknown server over TLS, HTTP, FTP or SSH',
  place: 'inside',
  parameters,
  *run(actor): Script {
    const { random, host, world, durationS, parameters: p } = actor;
    if (p.browsesToo) browseBeside(actor, random.logUniform(10, 200));
    const server = world.outsideHost({ bytesPerS: p.throttleBytesPerS });
    const drop = { name: siteName(random, domainName(random)), servers: [server] };
    const persona = programPersona(random);
    const standard = UPLOAD_PORTS[p.channel];
    const port = p.standardPort ? standard : random.pick([8443, 8080, 4443, 2222, 9001, 50001]);
    const pauseS = Math.min(p.pauseS, durationS / (p.pieces + 1));
    yield random.uniform(0, durationS / 6);
    for (let i = 0; i < p.pieces; i++) {
      if (p.usesName) yield* resolve(actor, host, persona, drop);
      const bytes = Math.round(jittered(actor, p.totalBytes / p.pieces, p.jitter / 2));
      yield* uploadBytes(actor, host, {
        channel: p.channel,
        server,
        port,
        name: p.usesName ? drop.name : '',
        persona,
        bytes,
      });
      yield jittered(actor, pauseS, p.jitter);
    }
  },
});
