import { describe, expect, test } from 'vitest';
import { isOrdinarySkip, skipWords } from '../../src/job/skip-words.ts';

describe('reasons in words, behind their number', () => {
  test.each([
    ['malformedLine', 1, 'malformed line'],
    ['malformedLine', 12, 'malformed lines'],
    ['corruptBytes', 4000, 'bytes passed over as damaged'],
    ['messageIncomplete', 1, 'message that began and never ended'],
    ['incompleteDatagram', 2, 'fragmented packets of which pieces are missing'],
    ['truncated:tls', 2, 'TLS messages cut off by the capture'],
    ['malformed:dns', 1, 'malformed DNS message'],
    ['truncatedTcp', 1, 'packet cut off in the TCP header'],
    ['malformedIpv6', 2, 'packets with a malformed IPv6 header'],
    ['truncatedUdpLite', 2, 'packets cut off in the UDP-Lite header'],
    ['notIp:arp', 2, 'frames without IP (ARP)'],
    ['notIp:0x88b5', 1, 'frame without IP (0x88b5)'],
    ['notIp:slowProtocols', 1, 'frame without IP (slow protocols)'],
    ['notIp', 3, 'records without IP'],
    ['inTunnel:notIp:arp', 1, 'tunnelled packet counted as the tunnel’s (not IP: arp)'],
    ['unknownLinkType:nordicBluetoothLowEnergy', 1, 'packet of a link type that is not read (nordic bluetooth low energy)'],
    ['somethingNew', 3, '× something new'],
    ['somethingNew:x$&', 3, '× something new: x$&'],
    ['constructor', 1, '× constructor'],
    ['', 1, '× '],
  ])('%s, %i', (reason, count, words) => {
    expect(skipWords(reason, count)).toBe(words);
  }); // prettier-ignore

  test('with some nothing is wrong', () => {
    const ordinary = ['notIp:arp', 'notIp', 'notNetflow', 'inTunnel:notIp:arp'];
    expect(ordinary.map(isOrdinarySkip)).toEqual([true, true, true, true]);
    const broken = ['notIpv4', 'malformedLine', 'inTunnel:truncatedIpv4', 'notACapture'];
    expect(broken.map(isOrdinarySkip)).toEqual([false, false, false, false]);
  });
});
