import type { Random } from '../random.ts';
import { ALPHABETS, randomText } from '../names.ts';
import { joinBytes, textBytes } from './text-bytes.ts';

/** An MQTT 3.1.1 control packet (§2.2): type and flags, remaining length, the rest. */
function packet(first: number, ...rest: readonly Uint8Array[]): Uint8Array {
  const body = joinBytes(...rest);
  const length: number[] = [];
  let left = body.length;
  do {
    length.push((left & 127) | (left > 127 ? 128 : 0));
    left >>= 7;
  } while (left > 0);
  return joinBytes(Uint8Array.of(first, ...length), body);
}

function short(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

function text(value: string): Uint8Array {
  const bytes = textBytes(value);
  return joinBytes(short(bytes.length), bytes);
}

export function mqttConnect(random: Random, keepAliveS: number): Uint8Array {
  const id = randomText(random, ALPHABETS.base36, random.integer(8, 20));
  return packet(0x10, text('MQTT'), Uint8Array.of(4, 2), short(Math.round(keepAliveS)), text(id));
}

export function mqttConnectAck(): Uint8Array {
  return packet(0x20, Uint8Array.of(0, 0));
}

/** QoS 1 with a packet id, QoS 0 when the id is 0. */
export function mqttPublish(topic: string, id: number, message: Uint8Array): Uint8Array {
  return id === 0
    ? packet(0x30, text(topic), message)
    : packet(0x32, text(topic), short(id), message);
}

export function mqttPublishAck(id: number): Uint8Array {
  return packet(0x40, short(id));
}

export function mqttPing(): Uint8Array {
  return packet(0xc0);
}

export function mqttPingAnswer(): Uint8Array {
  return packet(0xd0);
}
