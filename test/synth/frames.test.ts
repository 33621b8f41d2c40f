import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../src/bytes/ip-address.ts';
import { icmpFrame } from '../../src/synth/frames/icmp-frame.ts';
import { fragmentFrame, type Route } from '../../src/synth/frames/ip-frame.ts';
import { tcpFrame } from '../../src/synth/frames/tcp-frame.ts';
import { udpFrame } from '../../src/synth/frames/udp-frame.ts';

const macs = { sourceMac: new Uint8Array(6).fill(2), destinationMac: new Uint8Array(6).fill(4) };
const routes = fc
  .tuple(
    fc.constantFrom(['10.1.2.3', '203.0.113.9'], ['2001:db8::1', 'fd00::ff:7']),
    fc.nat(65535),
    fc.integer({ min: 1, max: 255 }),
  )
  .map(([[source, destination], ipId, ttl]): Route => ({
    ...macs,
    source: parseAddress(source)!,
    destination: parseAddress(destination)!,
    ipId,
    ttl,
  }));
const payloads = fc.uint8Array({ maxLength: 400 });

/** RFC 1071 said plainly: the ones' complement sum of everything, checksum included, is 0xffff. */
function onesSum(...parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 2) sum += part[i]! * 256 + (part[i + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000);
  return sum;
}

function pseudoHeader(frame: Uint8Array, protocol: number): Uint8Array {
  const four = frame[12] === 8;
  const addresses = four ? frame.subarray(26, 34) : frame.subarray(22, 54);
  const length = frame.length - (four ? 34 : 54);
  return Uint8Array.of(...addresses, 0, protocol, length >> 8, length & 255);
}

const transportOf = (frame: Uint8Array): Uint8Array => frame.subarray(frame[12] === 8 ? 34 : 54);

function expectGoodFrame(frame: Uint8Array, protocol: number, hasPseudoHeader = true): void {
  const view = new DataView(frame.buffer);
  if (frame[12] === 8) {
    expect(onesSum(frame.subarray(14, 34))).toBe(0xffff);
    expect(view.getUint16(16)).toBe(frame.length - 14);
    expect(frame[23]).toBe(protocol);
  } else {
    expect(view.getUint16(18)).toBe(frame.length - 54);
    expect(frame[20]).toBe(protocol);
  }
  const extra = hasPseudoHeader ? [pseudoHeader(frame, protocol)] : [];
  expect(onesSum(...extra, transportOf(frame))).toBe(0xffff);
}

describe('frames', () => {
  test('TCP frames have right lengths and checksums', () => {
    fc.assert(
      fc.property(routes, payloads, fc.nat(255), (route, payload, flags) => {
        const frame = tcpFrame(route, {
          sourcePort: 40000, destinationPort: 80, sequence: 0xfffffff0, acknowledgment: 7, flags, window: 501,
          options: Uint8Array.of(2, 4, 5, 0xb4), payload,
        }); // prettier-ignore
        expectGoodFrame(frame, 6);
        expect(frame.subarray(frame.length - payload.length)).toEqual(payload);
      }),
    );
  });

  test('UDP frames have right lengths and checksums', () => {
    fc.assert(
      fc.property(routes, payloads, (route, payload) => {
        const frame = udpFrame(route, 5353, 53, payload);
        expectGoodFrame(frame, 17);
        expect(new DataView(frame.buffer).getUint16(frame.length - payload.length - 4)).toBe(
          8 + payload.length,
        );
      }),
    );
  });

  test('ICMP and ICMPv6 frames have right lengths and checksums', () => {
    fc.assert(
      fc.property(routes, payloads, (route, payload) => {
        const frame = icmpFrame(route, { type: 'echoRequest', code: 0, rest: 0x00010002, payload });
        const four = frame[12] === 8;
        expectGoodFrame(frame, four ? 1 : 58, !four);
        expect(transportOf(frame)[0]).toBe(four ? 8 : 128);
      }),
    );
  });

  test('fragments put together are the datagram, and each fits the MTU', () => {
    const route: Route = { ...macs, source: parseAddress('10.0.0.1')!, destination: parseAddress('10.0.0.2')!, ipId: 9, ttl: 64 }; // prettier-ignore
    fc.assert(
      fc.property(fc.integer({ min: 1400, max: 9000 }), (length) => {
        const whole = udpFrame(
          route,
          1,
          2,
          new Uint8Array(length).map((_, i) => i),
        );
        const fragments = fragmentFrame(whole);
        const body = new Uint8Array(whole.length - 34);
        for (const [i, fragment] of fragments.entries()) {
          expect(fragment.length).toBeLessThanOrEqual(1514);
          expect(onesSum(fragment.subarray(14, 34))).toBe(0xffff);
          const field = new DataView(fragment.buffer).getUint16(20);
          if (fragments.length > 1) expect(field >> 13).toBe(i + 1 < fragments.length ? 1 : 0);
          body.set(fragment.subarray(34), (field & 0x1fff) * 8);
        }
        expect(body).toEqual(whole.slice(34));
      }),
      { numRuns: 30 },
    );
  });
});
