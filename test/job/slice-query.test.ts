import { describe, expect, test } from 'vitest';
import { parseNetwork } from '../../src/bytes/ip-address.ts';
import { CaptureDecoder } from '../../src/capture/capture-decoder.ts';
import { emptyPacket } from '../../src/capture/packet.ts';
import { parseAddress } from '../../src/bytes/ip-address.ts';
import { frameMatcher, parseFlowSelector, type SliceQuery } from '../../src/job/slice-query.ts';
import { ethernet, ipv4, ipv6, pcapFile, tcp, udp } from '../capture/frame-builder.ts';

const FRAMES = {
  asks: ethernet(0x0800, ipv4({ source: '10.0.0.1', destination: '192.0.2.1' }, tcp({ sourcePort: 40_000, destinationPort: 443 }))),
  answers: ethernet(0x0800, ipv4({ source: '192.0.2.1', destination: '10.0.0.1' }, tcp({ sourcePort: 443, destinationPort: 40_000 }))),
  other: ethernet(0x0800, ipv4({ source: '10.0.0.1', destination: '192.0.2.1' }, tcp({ sourcePort: 40_001, destinationPort: 443 }))),
  dns: ethernet(0x0800, ipv4({ source: '10.0.0.2', destination: '192.0.2.53', protocol: 17 }, udp(443, 53, new Uint8Array(12)))),
  six: ethernet(0x86dd, ipv6({ source: '2001:db8::5', destination: '2001:db8::53' }, udp(5000, 53, new Uint8Array(12)))),
  ping: ethernet(0x0800, ipv4({ source: '10.0.0.2', destination: '192.0.2.1', protocol: 1 }, Uint8Array.of(8, 0, 0, 0, 0, 0, 0, 0))),
  arp: ethernet(0x0806, new Uint8Array(28)),
  cut: ethernet(0x0800, ipv4({ source: '10.0.0.1', destination: '192.0.2.1', totalLength: 60 }, new Uint8Array(4))),
} as const; // prettier-ignore

const START_US = 1_700_000_000_000_000;

/** The names of the frames that match; each is a second later than the one before. */
function matching(query: SliceQuery): string[] {
  const matches = frameMatcher(query);
  const names = Object.keys(FRAMES);
  const found: string[] = [];
  let i = 0;
  const decoder = new CaptureDecoder(
    () => undefined,
    (frame, packet) => {
      if (matches(frame, packet)) found.push(names[i]!);
      i++;
    },
  );
  const records = Object.values(FRAMES).map((frame, s) => ({ frame, seconds: 1_700_000_000 + s }));
  decoder.push(pcapFile({}, records));
  decoder.end();
  expect(i).toBe(names.length);
  return found;
}

const host = (text: string) => ({ host: parseNetwork(text)! });

describe('which packets a slice has', () => {
  test('those of a host or a network, also where no more than the addresses could be read', () => {
    expect(matching(host('10.0.0.1'))).toEqual(['asks', 'answers', 'other', 'cut']);
    expect(matching(host('10.0.0.0/30'))).toEqual(['asks', 'answers', 'other', 'dns', 'ping', 'cut']); // prettier-ignore
    expect(matching(host('2001:db8::53'))).toEqual(['six']);
    expect(matching(host('10.9.9.9'))).toEqual([]);
  });

  test('what an earlier packet was does not make a later frame one of the host', () => {
    expect(matching(host('::/0'))).toEqual(Object.keys(FRAMES).filter((name) => name !== 'arp'));
  });

  test('those of a port of a transport, which an ICMP type is not', () => {
    expect(matching({ port: 53 })).toEqual(['dns', 'six']);
    expect(matching({ port: 8 })).toEqual([]);
    expect(matching({ ...host('10.0.0.2'), port: 443 })).toEqual(['dns']);
  });

  test('those of a flow, both ways', () => {
    const flow = parseFlowSelector('1:rQCafGKc8LGvM0iFow7oLGxZxy0=')!; // by the communityid package
    expect(matching({ flow })).toEqual(['asks', 'answers']);
    expect(matching({ flow, ...host('10.0.0.2') })).toEqual([]);
  });

  test('those of a channel that a verdict names', () => {
    const channel = (text: string) => matching({ flow: parseFlowSelector(text)! });
    expect(channel('channel tcp 192.0.2.1:443')).toEqual(['asks', 'answers', 'other']);
    expect(channel('channel udp 2001:db8::53:53')).toEqual(['six']);
    expect(channel('channel icmp 192.0.2.1')).toEqual(['ping']);
    expect(channel('channel protocol 17 192.0.2.53:53')).toEqual(['dns']);
  });

  test('those from a time on, before another', () => {
    expect(matching({ fromUs: START_US + 6e6 })).toEqual(['arp', 'cut']);
    expect(matching({ fromUs: START_US + 1e6, toUs: START_US + 3e6 })).toEqual(['answers', 'other']); // prettier-ignore
  });

  test('an outer address of a tunnel and what an ICMP error quotes count as well', () => {
    const packet = emptyPacket();
    const address = (text: string) => parseAddress(text)!;
    packet.source.set(address('10.0.0.1'));
    packet.outerSource.set(address('198.51.100.1'));
    packet.quoted.source.set(address('203.0.113.9'));
    packet.quoted.protocol = 17;
    packet.quoted.destinationPort = 161;
    const has = (query: SliceQuery) => frameMatcher(query)({ timeUs: 0 }, packet);
    expect(has(host('198.51.100.1'))).toBe(true);
    expect([has(host('203.0.113.9')), has({ port: 161 })]).toEqual([false, false]);
    packet.hasQuoted = true;
    expect([has(host('203.0.113.9')), has({ port: 161 })]).toEqual([true, true]);
  });

  test('what is no flow id is none', () => {
    for (const text of ['', '1:abc', '2:rQCafGKc8LGvM0iFow7oLGxZxy0=', 'channel tcp', 'channel xyz 10.0.0.1:1', 'channel tcp 10.0.0.1', '10.0.0.1:443']) {
      expect(parseFlowSelector(text)).toBeUndefined();
    }
  }); // prettier-ignore
});
