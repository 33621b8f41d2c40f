import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { reply } from '../make-packet.ts';
import { answer, ask, readAll, segments } from './read-stream.ts';

const LISTS = [
  'curve25519-sha256,kex',
  'rsa',
  'aes-c',
  'aes-s',
  'mac-c',
  'mac-s',
  'none',
  'zlib',
  '',
  '',
];

function u32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

function keyExchange(lists = LISTS): Uint8Array {
  const names = lists.flatMap((list) => [...u32(list.length), ...Buffer.from(list)]);
  const body = [4, 20, ...new Array<number>(16).fill(3), ...names, 0, 0, 0, 0, 0, 7, 7, 7, 7];
  return Uint8Array.from([...u32(body.length), ...body]);
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const CLIENT = md5('curve25519-sha256,kex;aes-c;mac-c;none');
const SERVER = md5('curve25519-sha256,kex;aes-s;mac-s;zlib');

describe('SSH', () => {
  test('HASSH of either side, in a packet of its own', () => {
    expect(ask(22, keyExchange())).toMatchObject({
      services: ['ssh'],
      events: [{ kind: 'ssh-key-exchange', fromClient: true, hassh: CLIENT, responderPort: 22 }],
    });
    expect(answer(2222, keyExchange()).events).toMatchObject([
      { fromClient: false, hassh: SERVER, responderPort: 2222 },
    ]);
  });

  test('a banner and the key exchange behind it, in one segment or in many', () => {
    const stream = Uint8Array.from([
      ...Buffer.from('SSH-2.0-dropbear comment\r\n'),
      ...keyExchange(),
    ]);
    for (const sizes of [[stream.length], [12, 20], [26, 60], [28, 9]]) {
      expect(readAll(segments(stream, sizes, reply({ toPort: 22 })))).toMatchObject({
        events: [
          { kind: 'ssh-banner', software: 'dropbear', fromClient: false },
          { kind: 'ssh-key-exchange', hassh: SERVER, fromClient: false },
        ],
        reasons: {},
      });
    }
  });

  test('a banner that ends with its packet is read when no more comes', () => {
    expect(ask(22, 'SSH-1.99-Cisco-1.25').events).toMatchObject([{ software: 'Cisco-1.25' }]);
  });

  test('a key exchange whose lists leave it is malformed, one that never ends is counted', () => {
    const broken = keyExchange();
    broken[23] = 0xff;
    expect(ask(22, broken)).toMatchObject({ services: [''], events: [] });
    const short = keyExchange(LISTS.slice(0, 3));
    expect(ask(22, short)).toMatchObject({ events: [], reasons: { 'malformed:ssh': 1 } });
    expect(ask(22, keyExchange().subarray(0, 90)).reasons).toEqual({ messageIncomplete: 1 });
  });

  test.each(['SSH-', 'SSH-2.0', 'SSHx2.0-OpenSSH', 'SSH-x.0-OpenSSH'])('%j is none', (payload) => {
    expect(ask(22, `${payload}\r\n`).events).toEqual([]);
  });
});
