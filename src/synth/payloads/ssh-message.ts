import { ByteWriter } from '../../bytes/byte-writer.ts';
import type { Random } from '../random.ts';
import { textBytes } from './text-bytes.ts';

export const SSH_CLIENTS = [
  'OpenSSH_8.9p1 Ubuntu-3ubuntu0.6', 'OpenSSH_9.2p1 Debian-2+deb12u2', 'OpenSSH_7.4', 'PuTTY_Release_0.78',
  'libssh_0.9.6', 'libssh2_1.10.0', 'Go', 'paramiko_2.12.0', 'JSCH-0.1.54', 'OpenSSH_for_Windows_8.1',
] as const; // prettier-ignore
export const SSH_SERVERS = [
  'OpenSSH_8.9p1 Ubuntu-3ubuntu0.6', 'OpenSSH_7.4', 'OpenSSH_9.6', 'OpenSSH_6.6.1p1', 'dropbear_2019.78', 'Cisco-1.25', 'OpenSSH_5.3',
] as const; // prettier-ignore

/** The identification line (RFC 4253 §4.2). */
export function sshBanner(software: string): Uint8Array {
  return textBytes(`SSH-2.0-${software}\r\n`);
}

const LISTS = [
  ['curve25519-sha256', 'curve25519-sha256@libssh.org', 'ecdh-sha2-nistp256', 'ecdh-sha2-nistp521'],
  ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'rsa-sha2-512', 'ssh-rsa'],
  ['chacha20-poly1305@openssh.com', 'aes128-ctr', 'aes256-ctr', 'aes256-gcm@openssh.com'],
  ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha1'],
  ['none', 'zlib@openssh.com'],
] as const; // prettier-ignore

/** SSH_MSG_KEXINIT (RFC 4253 §7.1); which algorithms and in which order depends on the software's name. */
export function sshKeyExchangeInit(random: Random, software: string): Uint8Array {
  const out = new ByteWriter(512);
  out.u8(20);
  out.slice(random.bytes(16));
  const [kex, hostKeys, ciphers, macs, compression] = LISTS.map((list, i) => {
    const turn = (software.length + i) % list.length;
    return [...list.slice(turn), ...list.slice(0, turn)].slice(
      0,
      1 + ((software.length * (i + 3)) % list.length),
    );
  });
  for (const list of [
    kex,
    hostKeys,
    ciphers,
    ciphers,
    macs,
    macs,
    compression,
    compression,
    [],
    [],
  ]) {
    const bytes = textBytes((list ?? []).join(','));
    out.u32(bytes.length);
    out.slice(bytes);
  }
  out.u8(0);
  out.u32(0);
  return sshPacket(random, out.toBytes());
}

/** SSH_MSG_KEX_ECDH_INIT and its reply, with keys of random bytes (RFC 5656 §4). */
export function sshEcdhInit(random: Random): Uint8Array {
  const out = new ByteWriter(64);
  out.u8(30);
  out.u32(32);
  out.slice(random.bytes(32));
  return sshPacket(random, out.toBytes());
}

export function sshEcdhReply(random: Random): Uint8Array {
  const out = new ByteWriter(256);
  out.u8(31);
  const algorithm = textBytes('ssh-ed25519');
  out.u32(4 + algorithm.length + 4 + 32);
  writeString(out, algorithm);
  writeString(out, random.bytes(32));
  writeString(out, random.bytes(32));
  out.u32(4 + algorithm.length + 4 + 64);
  writeString(out, algorithm);
  writeString(out, random.bytes(64));
  return sshPacket(random, out.toBytes());
}

export function sshNewKeys(random: Random): Uint8Array {
  return sshPacket(random, Uint8Array.of(21));
}

function writeString(out: ByteWriter, bytes: Uint8Array): void {
  out.u32(bytes.length);
  out.slice(bytes);
}

/** The binary packet (RFC 4253 §6): length, padding length, payload, padding to eight bytes. */
function sshPacket(random: Random, payload: Uint8Array): Uint8Array {
  let padding = 8 - ((5 + payload.length) % 8);
  if (padding < 4) padding += 8;
  const out = new ByteWriter(payload.length + 32);
  out.u32(1 + payload.length + padding);
  out.u8(padding);
  out.slice(payload);
  out.slice(random.bytes(padding));
  return out.toBytes();
}
