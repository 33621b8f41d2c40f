import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Packet } from '../../../src/capture/packet.ts';
import { makePacket, reply } from '../make-packet.ts';
import { readPacket } from './read-packet.ts';
import * as bytes from './service-bytes.ts';

const SVCCTL = '367abb81-9844-35f1-ad32-98f038001003';
const ntlm = bytes.ntlmAuthenticate('LAB', 'alice', 'PC1');
const text = (payload: string): Uint8Array => Uint8Array.from(bytes.ascii(payload));

/** Protocol, port and one message of every service. */
const seeds: readonly (readonly [number, number, Uint8Array])[] = [
  [6, 21, text('USER admin\r\nPASS x\r\n')],
  [6, 21, text('230-Hi\r\n230 Logged in\r\n')],
  [6, 23, text('\xff\xfd\x18\r\nLogin incorrect\r\nlogin: ')],
  [6, 25, text('AUTH PLAIN AGJvYgBwdw==\r\n')],
  [6, 25, text('535-5.7.8 no\r\n535 5.7.8 no\r\n')],
  [6, 110, text('-ERR [AUTH] Authentication failed.\r\n')],
  [6, 110, text('USER alice\r\n')],
  [6, 143, text('a1 LOGIN "alice" secret\r\n')],
  [6, 143, text('a1 NO [AUTHENTICATIONFAILED] no\r\n')],
  [6, 3306, bytes.mysqlLogin('root')],
  [6, 3306, bytes.mysqlError(1045, "#28000Access denied for user 'a'@'b'")],
  [6, 5432, text('E\0\0\0\x30SFATAL\0C28P01\0Mno "a"\0\0')],
  [6, 6379, text('*3\r\n$4\r\nAUTH\r\n$1\r\na\r\n$1\r\nb\r\n')],
  [6, 1433, bytes.tdsLogin7('sa')],
  [6, 1433, bytes.tdsResponse(bytes.tdsError(18456, "user 'sa'"))],
  [6, 1433, bytes.tdsResponse(bytes.tdsLoginAck())],
  [6, 27017, bytes.mongoSaslStart('admin')],
  [6, 27017, bytes.mongoSaslDone(true)],
  [6, 88, Uint8Array.from([0, 0, 0, 70, ...bytes.kerberosRequest(0x6a, 'alice')])],
  [17, 88, Uint8Array.from(bytes.kerberosError(24, 'alice'))],
  [6, 389, bytes.ldapBind('cn=a', bytes.ber(0x80, bytes.ascii('x')))],
  [6, 389, bytes.ldapBind('', bytes.ber(0xa3, bytes.ber(4, bytes.ascii('NTLM')), bytes.ber(4, [...ntlm])))],
  [6, 389, bytes.ldapBindAnswer(49)],
  [6, 445, bytes.smb2SessionSetup(ntlm)],
  [6, 445, bytes.smb2TreeConnect('\\\\x\\IPC$')],
  [6, 445, bytes.smb2Request(5, bytes.smb2Create('svcctl'))],
  [6, 445, bytes.smb2Write(bytes.rpcBind(SVCCTL))],
  [6, 445, bytes.smb2Transceive(bytes.rpcRequest(0, 12))],
  [6, 445, bytes.smb1({ command: 0xa2, words: [0xff, ...bytes.zeros(47)], bytes: [0, ...bytes.utf16('\\x\0')] })],
  [6, 445, bytes.smb1({ command: 0x73, isAnswer: true, status: 0xc000006d })],
  [6, 445, bytes.smb1({ command: 0x32, words: [...bytes.zeros(26), 1, 0, 14, 0] })],
  [6, 135, Uint8Array.from([...bytes.rpcBind(SVCCTL), ...bytes.rpcAuth3(ntlm)])],
  [17, 135, bytes.rpcDatagram(SVCCTL, 2)],
  [6, 3389, text('\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x03\0\0\0')],
  [6, 5900, Uint8Array.from([0, 0, 0, 1, 0, 0, 0, 4, 102, 97, 105, 108])],
  [6, 1080, text('\x05\x01\0\x03\x04host\0\x50')],
  [6, 1080, text('\x01\x05alice\x06secret')],
  [6, 1883, bytes.mqttConnect('alice', 5)],
  [6, 1883, text('\x20\x02\0\x05')],
  [6, 554, text('DESCRIBE rtsp://a RTSP/1.0\r\nAuthorization: Digest username="a"\r\n\r\n')],
  [6, 3333, text('{"method":"mining.submit"}\n{"method":"mining.notify"}\n')],
  [6, 6667, text('NICK a\r\nJOIN #a\r\n')],
  [17, 5060, text('SIP/2.0 200 OK\r\nTo: <sip:1@a>\r\nCSeq: 1 REGISTER\r\n\r\n')],
  [17, 161, bytes.snmp(1, 'public', 0xa0)],
  [17, 67, bytes.dhcp(1, bytes.dhcpOption(53, [1]), bytes.dhcpOption(12, 'pc'))],
  [17, 123, text('\x17\0\x03\x2a\0\0\0\0')],
  [17, 69, text('\0\x01a\0octet\0')],
  [17, 50001, text('d1:ad2:id20:aaaaaaaaaaaaaaaaaaaae1:q4:ping1:t1:a1:y1:qe')],
  [6, 20000, text('\x05\x64\x05\xc0\x01\0\0\x04\xe9\x21')],
]; // prettier-ignore

interface Placed {
  readonly protocol: number;
  readonly port: number;
  readonly payload: Uint8Array;
  readonly isAnswer: boolean;
  /** Bytes that the header claims and the snap length cut. */
  readonly missing: number;
}

/** A packet whose payload lies inside a larger buffer full of one byte. */
function placed(wish: Placed, filler: number): Packet {
  const { protocol, port, payload, isAnswer, missing } = wish;
  const packet = makePacket(isAnswer ? reply({ protocol, toPort: port }) : { protocol, toPort: port }); // prettier-ignore
  packet.data = new Uint8Array(payload.length + 64).fill(filler);
  packet.data.set(payload, 32);
  packet.payloadOffset = 32;
  packet.payloadCaptured = payload.length;
  packet.payloadLength = payload.length + missing;
  return packet;
}

/** Reads it, and again among other bytes: what lies outside the payload must not matter. */
function check(wish: Placed): void {
  if (wish.payload.length === 0) return;
  expect(readPacket(placed(wish, 0))).toEqual(readPacket(placed(wish, 0xff)));
}

describe('bytes nobody vouches for', () => {
  test('every prefix of every message, either way', () => {
    for (const [protocol, port, whole] of seeds) {
      for (let length = 1; length <= whole.length; length++) {
        for (const isAnswer of [false, true]) {
          for (const missing of [0, whole.length - length]) {
            check({ protocol, port, payload: whole.slice(0, length), isAnswer, missing });
          }
        }
      }
    }
  });

  test('every flip of one bit in every message', () => {
    for (const [protocol, port, whole] of seeds) {
      for (let bit = 0; bit < whole.length * 8; bit++) {
        const payload = Uint8Array.from(whole);
        payload[bit >> 3]! ^= 1 << (bit & 7);
        check({ protocol, port, payload, isAnswer: (bit & 1) === 1, missing: 0 });
      }
    }
  });

  test('any bytes, also behind any first byte, on any port', () => {
    const ports = fc.oneof(fc.constantFrom(...seeds.map((seed) => seed[1])), fc.nat(65535));
    const input = fc.record({
      protocol: fc.constantFrom(6, 17),
      port: ports,
      payload: fc.uint8Array({ minLength: 1, maxLength: 300 }),
      isAnswer: fc.boolean(),
      missing: fc.nat(3000),
    });
    fc.assert(fc.property(input, check), { numRuns: 3000 });
  });

  test('messages with bytes changed, on ports of other services', () => {
    const input = fc.record({
      seed: fc.constantFrom(...seeds),
      port: fc.constantFrom(...seeds.map((seed) => seed[1])),
      changes: fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 8 }),
      isAnswer: fc.boolean(),
      missing: fc.nat(2000),
    });
    fc.assert(
      fc.property(input, ({ seed: [protocol, , whole], port, changes, isAnswer, missing }) => {
        const payload = Uint8Array.from(whole);
        for (const [at, byte] of changes) if (at < payload.length) payload[at] = byte;
        check({ protocol, port, payload, isAnswer, missing });
      }),
      { numRuns: 3000 },
    );
  });
});

describe('cost', () => {
  test('a packet made to be slow is read in little time', () => {
    const units = ['use ', 'password ', '"method":', '\n{"method":"x"', 'a\0', '*1\r\n$4\r\nPING\r\n', '\x30\x02'];
    const tails = units.map((unit) => text(unit.repeat(Math.ceil(65_000 / unit.length))));
    const packets = seeds.flatMap(([protocol, port, whole]) =>
      tails.flatMap((tail) => {
        const payload = Uint8Array.from([...whole.slice(0, 8), ...tail]);
        const wish = { protocol, port, payload, missing: 0 };
        return [placed({ ...wish, isAnswer: false }, 0), placed({ ...wish, isAnswer: true }, 0)];
      }),
    );
    const started = performance.now();
    for (const packet of packets) readPacket(packet);
    const each = (performance.now() - started) / packets.length;
    // Some 50 µs on a quiet machine; a parser that is quadratic in 64 kB would need seconds.
    expect(each).toBeLessThan(5);
  });
}); // prettier-ignore
