const NTP_EPOCH_S = 2_208_988_800;

/** A client's NTP version 4 packet (RFC 5905 §7.3). */
export function ntpRequest(timeUs: number): Uint8Array {
  const packet = new Uint8Array(48);
  packet[0] = 0x23;
  writeTime(packet, 40, timeUs);
  return packet;
}

/** A stratum 2 server's answer. */
export function ntpReply(timeUs: number): Uint8Array {
  const packet = new Uint8Array(48);
  packet.set([0x24, 2, 6, 0xe9]);
  packet.set([10, 0, 0, 1], 12);
  for (const offset of [16, 24, 32, 40]) writeTime(packet, offset, timeUs - (40 - offset));
  return packet;
}

/** MON_GETLIST_1 of ntpdc (mode 7): what amplification asks for. */
export function ntpMonitorRequest(): Uint8Array {
  const packet = new Uint8Array(8);
  packet.set([0x17, 0, 3, 0x2a]);
  return packet;
}

/** One of its answers: so many entries of 72 bytes. */
export function ntpMonitorReply(sequence: number, entries: number, more: boolean): Uint8Array {
  const packet = new Uint8Array(8 + 72 * entries);
  packet.set([more ? 0xd7 : 0x97, sequence & 0x7f, 3, 0x2a, 0, entries, 0, 72]);
  return packet;
}

function writeTime(packet: Uint8Array, offset: number, timeUs: number): void {
  const view = new DataView(packet.buffer);
  const seconds = Math.floor(timeUs / 1e6);
  view.setUint32(offset, (seconds + NTP_EPOCH_S) >>> 0);
  view.setUint32(offset + 4, Math.floor((timeUs / 1e6 - seconds) * 0x1_0000_0000) >>> 0);
}
