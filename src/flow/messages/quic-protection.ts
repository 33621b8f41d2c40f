import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';

/** Protection of QUIC Initial packets, whose keys everybody who sees the first packet can work out (RFC 9001 §5). */

interface QuicVersion {
  readonly salt: Buffer;
  /** What the labels of the derived keys begin with. */
  readonly label: string;
  /** Bits of the first byte that say "Initial". */
  readonly initialType: number;
}

/** RFC 9001 §5.2, RFC 9369 §3.3, and the drafts' salts. */
const V1 = version('38762cf7f55934b34d179ae6a4c80cadccbb7f0a');
const V2 = version('0dede3def700a6db819381be6e269dcbf9bd2ed9', 'quicv2', 1);
const DRAFT_29 = version('afbfec289993d24c9e9786f19c6111e04390a899');
const DRAFT_23 = version('c3eef712c72ebb5a11a7d2432bb46365bef9f502');
const DRAFT_21 = version('7fbcdb0e7c66bbe9193a96cd21519ebd7a02644a');

function version(salt: string, label = 'quic', initialType = 0): QuicVersion {
  return { salt: Buffer.from(salt, 'hex'), label, initialType };
}

/** How a version of the wire protects its Initial packets; `undefined` if that is not known. */
export function quicVersion(number: number): QuicVersion | undefined {
  if (number === 1) return V1;
  if (number === 0x6b3343cf) return V2;
  if (number === 0xfaceb001) return DRAFT_21; // Facebook's mvfst
  if (number === 0xfaceb002) return DRAFT_23;
  if (number === 0xfaceb00e) return DRAFT_23;
  if (((number & 0x0f0f0f0f) ^ 0x0a0a0a0a) === 0) return DRAFT_29; // to force a negotiation
  if (number >>> 8 !== 0xff0000) return undefined;
  const draft = number & 0xff;
  if (draft >= 33) return V1;
  if (draft >= 29) return DRAFT_29;
  if (draft >= 23) return DRAFT_23;
  return draft >= 21 ? DRAFT_21 : undefined;
}

export interface InitialKeys {
  readonly key: Buffer;
  readonly iv: Buffer;
  readonly headerKey: Buffer;
}

/** The client's keys, from the connection ID it chose for the server. */
export function clientInitialKeys(quic: QuicVersion, connectionId: Uint8Array): InitialKeys {
  const initial = createHmac('sha256', quic.salt).update(connectionId).digest();
  const secret = expandLabel(initial, 'client in', 32);
  return {
    key: expandLabel(secret, `${quic.label} key`, 16),
    iv: expandLabel(secret, `${quic.label} iv`, 12),
    headerKey: expandLabel(secret, `${quic.label} hp`, 16),
  };
}

/** HKDF-Expand-Label (RFC 8446 §7.1) without context, for at most one block of SHA-256. */
function expandLabel(secret: Buffer, label: string, length: number): Buffer {
  const full = `tls13 ${label}`;
  const info = Buffer.from([0, length, full.length, ...Buffer.from(full), 0, 1]);
  return createHmac('sha256', secret).update(info).digest().subarray(0, length);
}

const SAMPLE = 16;
const TAG = 16;

/**
 * Takes off the protection of one Initial packet (RFC 9001 §5.4, §5.3): `header` up to the packet number, which
 * begins at `numberAt`. `undefined` when it was not protected with these keys.
 */
export function openInitial(
  data: Uint8Array,
  start: number,
  numberAt: number,
  end: number,
  keys: InitialKeys,
): Buffer | undefined {
  const sampleAt = numberAt + 4;
  if (sampleAt + SAMPLE > end) return undefined;
  const hp = createCipheriv('aes-128-ecb', keys.headerKey, null);
  const mask = hp.update(data.subarray(sampleAt, sampleAt + SAMPLE));
  const first = data[start]! ^ (mask[0]! & 0x0f);
  const numberLength = (first & 3) + 1;
  const bodyAt = numberAt + numberLength;
  if (bodyAt + TAG > end) return undefined;
  const header = Buffer.from(data.subarray(start, bodyAt));
  header[0] = first;
  const nonce = Buffer.from(keys.iv);
  for (let i = 0; i < numberLength; i++) {
    const byte = data[numberAt + i]! ^ mask[1 + i]!;
    header[numberAt - start + i] = byte;
    nonce[12 - numberLength + i]! ^= byte;
  }
  const decipher = createDecipheriv('aes-128-gcm', keys.key, nonce);
  decipher.setAAD(header);
  decipher.setAuthTag(data.subarray(end - TAG, end));
  const plain = decipher.update(data.subarray(bodyAt, end - TAG));
  try {
    decipher.final();
  } catch {
    return undefined; // of another connection, of the server, or damaged: the tag says no
  }
  return plain;
}
