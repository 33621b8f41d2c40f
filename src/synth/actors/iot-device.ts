import { type Actor, defineActor, jittered, repeatedly } from '../actor.ts';
import { takePort, turnaroundS } from '../endpoint.ts';
import type { Script } from '../network.ts';
import { between, flag, magnitude, oneOf } from '../parameters.ts';
import { mqttConnect, mqttConnectAck, mqttPing, mqttPingAnswer, mqttPublish, mqttPublishAck } from '../payloads/mqtt-message.ts'; // prettier-ignore
import { ntpReply, ntpRequest } from '../payloads/ntp-message.ts';
import { multicastDnsQuery, ssdpSearch } from '../payloads/discovery-message.ts';
import { resolve } from '../sessions/dns-lookup.ts';
import { type Persona, programPersona } from '../sessions/persona.ts';
import { secretExchange, tlsHandshake } from '../sessions/tls-session.ts';
import { visit } from '../sessions/web-visit.ts';
import { TcpConversation } from '../tcp-conversation.ts';

const parameters = {
  /** How it reports. */
  uplink: oneOf('mqtt', 'mqtt-tls', 'https', 'http'),
  reportS: magnitude(2, 600),
  jitter: between(0, 0.15),
  reportBytes: magnitude(20, 1500),
  commandShare: between(0, 0.1),
  keepAliveS: between(15, 120),
  timeSyncS: magnitude(16, 1024),
  asksTime: flag(0.8),
  announces: flag(0.5),
  announceS: magnitude(20, 300),
  reconnectShare: magnitude(0.001, 0.1),
};

type Self = Actor<typeof parameters>;

/** A sensor, plug, bulb or speaker: reports as regularly as any beacon, to the same few servers for ever. */
export const iotDevice = defineActor({
  name: 'iot-device',
  family: 'benign',
  detail: 'client',
  summary: 'reports periodically over MQTT, HTTPS or HTTP, asks the time, announces itself',
  place: 'inside',
  parameters,
  *run(actor): Script {
    const { network, random, host, world, parameters: p } = actor;
    const persona = programPersona(random);
    const site = {
      ...world.site(),
      transport: p.uplink === 'http' ? ('http' as const) : ('tls12' as const),
    };
    if (p.asksTime) network.spawn(askTime(actor), random.uniform(0, 5));
    if (p.announces) network.spawn(announce(actor), random.uniform(0, 10));
    yield random.uniform(0, Math.min(10, p.reportS));
    if (p.uplink === 'mqtt' || p.uplink === 'mqtt-tls') {
      yield* resolve(actor, host, persona, site);
      for (;;) {
        yield* publish(actor, persona, site);
        yield random.uniform(1, 20);
      }
    }
    const habits = { requestsPerConnection: 0.2, sizeFactor: random.logUniform(0.03, 0.3) };
    yield* repeatedly(
      () => jittered(actor, p.reportS, p.jitter),
      () => visit(actor, host, site, persona, habits),
    );
  },
});

function* publish(actor: Self, persona: Persona, site: Parameters<typeof visit>[2]): Script {
  const { network, random, host, parameters: p } = actor;
  const isPlain = p.uplink === 'mqtt';
  const tcp = new TcpConversation(network, random, host, site.servers[0]!, isPlain ? 1883 : 8883);
  if ((yield* tcp.open()) !== 'open') return;
  if (!isPlain)
    yield* tlsHandshake(actor, tcp, {
      shape: persona.helloShape,
      serverName: site.name,
      tls13: false,
    });
  const say = function* (up: Uint8Array, down: Uint8Array): Script {
    if (isPlain) {
      yield* tcp.send('client', up);
      yield* tcp.send('server', down);
    } else yield* secretExchange(actor, tcp, { up: up.length, down: down.length, thinkS: 0.002 });
  };
  yield* say(mqttConnect(random, p.keepAliveS), mqttConnectAck());
  const topic = `dev/${host.text.length}/${site.domain}/state`;
  let silentS = 0;
  while (!random.chance(p.reconnectShare)) {
    const waitS = Math.min(jittered(actor, p.reportS, p.jitter) - silentS, p.keepAliveS);
    yield* tcp.pause(Math.max(0.01, waitS));
    silentS += waitS;
    if (silentS < p.reportS * (1 - p.jitter) - 0.1) yield* say(mqttPing(), mqttPingAnswer());
    else {
      silentS = 0;
      const id = random.integer(1, 65535);
      yield* say(mqttPublish(topic, id, random.bytes(Math.round(jittered(actor, p.reportBytes, 0.1)))), mqttPublishAck(id)); // prettier-ignore
      if (random.chance(p.commandShare)) {
        yield* say(mqttPublish(`${topic}/ack`, id, random.bytes(30)), mqttPublish(`${topic}/set`, 0, random.bytes(40))); // prettier-ignore
      }
    }
  }
  yield* random.chance(0.5) ? tcp.reset('server') : tcp.close('client');
}

function* askTime(actor: Self): Script {
  const { network, random, host, world, parameters: p } = actor;
  const server = world.outsideHost({ label: 'benign/server' });
  yield* repeatedly(
    () => jittered(actor, p.timeSyncS, 0.02),
    function* () {
      const port = random.chance(0.5) ? 123 : takePort(host, random);
      network.udp(host, server, [port, 123], ntpRequest(network.nowUs));
      yield turnaroundS(server, random);
      network.udp(server, host, [123, port], ntpReply(network.nowUs));
    },
  );
}

function* announce(actor: Self): Script {
  const { network, random, host, world, parameters: p } = actor;
  const usesSsdp = random.chance(0.5);
  const group = world.hostAt(world.ipVersion === 4 ? Uint32Array.of(0, 0, 0xffff, usesSsdp ? 0xeffffffa : 0xe00000fb) : Uint32Array.of(0xff020000, 0, 0, usesSsdp ? 0x0c : 0xfb), true); // prettier-ignore
  const port = usesSsdp ? takePort(host, random) : 5353;
  yield* repeatedly(
    () => jittered(actor, p.announceS, 0.2),
    function* () {
      for (let i = random.integer(1, 3); i > 0; i--) {
        if (usesSsdp) network.udp(host, group, [port, 1900], ssdpSearch(random));
        else network.udp(host, group, [port, 5353], multicastDnsQuery(random));
        yield 0.1;
      }
    },
  );
}
