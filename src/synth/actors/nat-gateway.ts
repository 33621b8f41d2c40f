import { defineActor, jittered, repeatedly } from '../actor.ts';
import type { Script } from '../network.ts';
import { between, count, magnitude } from '../parameters.ts';
import { browserPersona, programPersona } from '../sessions/persona.ts';
import { browse, visit } from '../sessions/web-visit.ts';
import { TcpConversation } from '../tcp-conversation.ts';

/** Many people behind one address: several browsers, things that poll, things that fail. */
export const natGateway = defineActor({
  name: 'nat-gateway',
  family: 'benign',
  detail: 'client',
  summary: 'many clients and devices behind one address',
  place: 'inside',
  stack: 'linux',
  parameters: {
    people: count(3, 25),
    devices: count(1, 25),
    pagesPerHour: magnitude(5, 60),
    devicePeriodS: magnitude(10, 600),
    brokenDevices: count(0, 3),
    sizeFactor: between(0.2, 1),
  },
  *run(actor): Script {
    const { network, random, host, world, durationS, parameters: p } = actor;
    const pagesPerHour = Math.min(p.pagesPerHour, (350 * 3600) / durationS / p.people);
    for (let i = 0; i < p.people; i++) {
      const habits = { pagesPerHour, connectionsPerPage: random.logUniform(0.5, 3), requestsPerConnection: random.logUniform(0.3, 2), sizeFactor: p.sizeFactor }; // prettier-ignore
      network.spawn(
        browse(
          { ...actor, random: random.fork(`person-${i}`) },
          host,
          browserPersona(random),
          habits,
        ),
      );
    }
    const devicePeriodS = Math.max(p.devicePeriodS, (durationS * p.devices) / 500);
    for (let i = 0; i < p.devices; i++) {
      const persona = programPersona(random);
      const site = world.site();
      const habits = { requestsPerConnection: 0.2, sizeFactor: 0.1 };
      network.spawn(repeatedly(() => jittered(actor, devicePeriodS, 0.1), () => visit(actor, host, site, persona, habits)), random.uniform(0, devicePeriodS)); // prettier-ignore
    }
    for (let i = 0; i < p.brokenDevices; i++) {
      const server = world.outsideHost();
      const port = random.integer(1024, 65000);
      const state = random.pick(['closed', 'filtered'] as const);
      const retryS = Math.max(random.logUniform(5, 120), durationS / 300);
      network.spawn(repeatedly(() => retryS, function* () { yield* new TcpConversation(network, random, host, server, port, { state }).open(); })); // prettier-ignore
    }
    yield 0;
  },
});
