import { describe, expect, test } from 'vitest';
import { answer, ask, logins } from './read-packet.ts';
import { mqttConnect } from './service-bytes.ts';

describe('MQTT', () => {
  test('CONNECT with a name is an attempt; without one it is none', () => {
    expect(logins(ask(1883, mqttConnect('alice')))).toEqual(['unknown alice']);
    expect(logins(ask(11883, mqttConnect('bob', 5)))).toEqual(['unknown bob']);
    expect(ask(1883, mqttConnect(undefined))).toMatchObject({ service: 'mqtt', events: [] });
  });

  test.each([
    ['\x20\x02\0\0', ['success']],
    ['\x20\x02\0\x04', ['failure']],
    ['\x20\x02\0\x05', ['failure']],
    ['\x20\x02\0\x03', []],
    ['\x20\x03\0\x86\0', ['failure']],
    ['\x20\x03\0\x00\0', ['success']],
  ])('CONNACK %j tells %j', (payload, outcomes) => {
    const seen = answer(1883, payload);
    expect(seen.service).toBe('mqtt');
    expect(logins(seen)).toEqual(outcomes);
  });

  test('a blank and what follows is no CONNACK', () => {
    expect(answer(80, '  hello').service).toBe('');
    expect(answer(1883, '\x20\x02\0\x09').service).toBe('');
  });
});
