import type { Random } from '../random.ts';
import { der, DER_SEQUENCE } from './der.ts';
import { joinBytes, textBytes } from './text-bytes.ts';
import { handshake, tlsRecord } from './tls-message.ts';

const SEQUENCE = DER_SEQUENCE;
const SHA256_RSA = der(
  SEQUENCE,
  der(6, Uint8Array.of(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11)),
  der(5),
);
const RSA = der(
  SEQUENCE,
  der(6, Uint8Array.of(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1)),
  der(5),
);

function commonName(name: string): Uint8Array {
  const attribute = der(SEQUENCE, der(6, Uint8Array.of(0x55, 4, 3)), der(12, textBytes(name)));
  return der(SEQUENCE, der(0x31, attribute));
}

/** Content of a positive INTEGER. */
function positive(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy[0] = (copy[0]! & 0x7f) | 0x40;
  return copy;
}

/** An X.509 certificate that parses and proves nothing (RFC 5280 §4.1): key and signature are random. */
function certificate(random: Random, subject: string, issuer: string): Uint8Array {
  const publicKey = der(
    SEQUENCE,
    der(2, positive(random.bytes(257))),
    der(2, Uint8Array.of(1, 0, 1)),
  );
  const body = der(
    SEQUENCE,
    der(2, positive(random.bytes(16))),
    SHA256_RSA,
    commonName(issuer),
    der(SEQUENCE, der(23, textBytes('230101000000Z')), der(23, textBytes('330101000000Z'))),
    commonName(subject),
    der(SEQUENCE, RSA, der(3, Uint8Array.of(0), publicKey)),
  );
  return der(SEQUENCE, body, SHA256_RSA, der(3, Uint8Array.of(0), random.bytes(256)));
}

/** A Certificate message of TLS 1.2: a self-signed one alone, else with its issuer's. */
export function certificateMessage(random: Random, name: string, selfSigned: boolean): Uint8Array {
  const issuer = selfSigned ? name : `${name.length % 7} Trust Services`;
  const chain = selfSigned
    ? [certificate(random, name, name)]
    : [certificate(random, name, issuer), certificate(random, issuer, 'Root CA')];
  const entries = joinBytes(...chain.map((one) => joinBytes(length24(one.length), one)));
  return tlsRecord(22, handshake(11, joinBytes(length24(entries.length), entries)));
}

function length24(length: number): Uint8Array {
  return Uint8Array.of(length >> 16, (length >> 8) & 0xff, length & 0xff);
}
