import type { Disagreement } from './compare-capture.ts';

export interface Explanation {
  readonly what: string;
  readonly about: RegExp;
  /** Only in captures whose name matches: the reason is in the file. */
  readonly file?: RegExp;
  readonly right: 'tshark' | 'rapsheet' | 'both' | 'neither';
  readonly why: string;
}

/**
 * Why we and a witness may disagree. What tshark shows and we do not is explained file by file, so that a new gap
 * fails the test; what only we show was looked at in the bytes and is explained by kind.
 */
export const EXPLAINED: readonly Explanation[] = [
  {
    what: 'CAPWAP is not looked through',
    about: /./,
    file: /capwap/,
    right: 'tshark',
    why: 'tshark shows the packets (and the names in them) that an access point carries in CAPWAP; rapsheet shows the carrying UDP flow.',
  },
  {
    what: 'FabricPath is not looked through',
    about: /^packets/,
    file: /ndpi\/pcap\/ajp\.pcap/,
    right: 'tshark',
    why: 'Half of the frames have a Cisco FabricPath header (EtherType 0x8903); they are counted as `notIp`.',
  },
  {
    what: 'datagrams whose fragments never all came',
    about: /^(conversation only in rapsheet|packets) \(.*fragment|^conversation only in rapsheet$/,
    file: /fragment|badpackets/,
    right: 'both',
    why: 'tshark leaves such fragments without ports; rapsheet gives them to the flow whose first fragment came, or to one without ports.',
  },
  {
    what: 'payload of datagrams that are not whole',
    about: /^payloadBytes \(.*fragment/,
    right: 'both',
    why: 'tshark shows the length that UDP states for the whole; rapsheet the bytes of the fragments there are. A TCP data offset below 20 bytes counts as 20 here, and as it stands there.',
  },
  {
    what: 'an IP length beyond the frame',
    about: /./,
    file: /ndpi_match_string_subprotocol__error/,
    right: 'both',
    why: 'One header claims 2,610 bytes in a frame of 576 that was not cut: tshark takes what is there, rapsheet what the header says; tshark then reads a response head where it takes the stream for complete.',
  },
  {
    what: 'TCP payload with both gaps and repeats in one flow',
    about: /^payloadBytes \(.*(retransmission|keepAlive|outOfOrder)/,
    right: 'tshark',
    why: 'The test counts every sequence number of tshark once. rapsheet keeps no list of ranges: it gives the smaller of what came and what the numbers span, which is exact unless bytes are missing and others came twice.',
  },
  {
    what: 'Google QUIC T050 and T051',
    about: /^serverName only in tshark/,
    file: /quic_t5[01]/,
    right: 'tshark',
    why: 'Google’s own versions of 2019 and 2020, with secrets of their own: neither recognised as QUIC nor decrypted.',
  },
  {
    what: 'TLS inside RDP over UDP',
    about: /^serverName only in tshark/,
    file: /rdp2\.pcap/,
    right: 'tshark',
    why: 'RDP’s UDP transport is not read.',
  },
  {
    what: 'format strings of a firmware, downloaded as a file',
    about: /^httpHost only in tshark/,
    file: /iot-sentinel\/D-Link/,
    right: 'rapsheet',
    why: '`HOST: %s` is a text in the middle of a program; tshark reads each segment of a body that it lost as a new message.',
  },
  {
    what: 'user agents longer than is kept',
    about: /^userAgent only in/,
    file: /Log4Shell/,
    right: 'both',
    why: 'An attack of several kilobytes in one header: events keep a bounded part of it.',
  },
  {
    what: 'SSH on ports of its own',
    about: /^sshSoftware only in rapsheet/,
    right: 'rapsheet',
    why: 'tshark tells SSH by port 22; rapsheet by the banner.',
  },
  {
    what: 'TLS where tshark expects something else',
    about: /^serverName only in rapsheet/,
    right: 'rapsheet',
    why: 'On ports such as 8080, inside RDP’s connection, or in a hello of which a later segment is missing.',
  },
  {
    what: 'HTTP where tshark expects something else',
    about: /^(httpStatus|httpMethod|httpHost|userAgent) only in rapsheet/,
    right: 'rapsheet',
    why: 'On ports of SOCKS, X11, rlogin …, or in the middle of a stream whose beginning was not captured. Each was found in the bytes.',
  },
];

export function explanationOf({ about, file }: Disagreement): Explanation | undefined {
  return EXPLAINED.find((one) => one.about.test(about) && (one.file?.test(file) ?? true));
}
