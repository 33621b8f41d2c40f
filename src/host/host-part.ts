import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import type { Flow } from '../flow/flow.ts';
import { decodeFlow, encodeFlow } from './flow-sample.ts';
import { HostProfile } from './host-profile.ts';

/** So many flows take less room, and less time to put away, than their profile. */
export const MOST_FLOWS_OF_PART = 16;

const PROFILE = 0;
const FLOWS = 1;

/** A part of what is known of one host as bytes that stay in this program: some of its flows … */
export function flowsPart(flows: readonly Flow[]): Uint8Array {
  const writer = new ByteWriter(1 << 11);
  writer.u8(FLOWS);
  writer.varint(flows.length);
  for (const flow of flows) encodeFlow(writer, flow);
  return writer.toBytes();
}

/** … or the profile of some of its traffic. */
export function profilePart(profile: HostProfile): Uint8Array {
  const writer = new ByteWriter(1 << 14);
  writer.u8(PROFILE);
  profile.encode(writer);
  return writer.toBytes();
}

/** The profile of all parts; of the parts' sides alone if nothing else is wanted. */
export function profileOfParts(
  host: string,
  parts: readonly Uint8Array[],
  wanted: 'all' | 'sides' = 'all',
): HostProfile {
  let whole: HostProfile | undefined;
  for (const bytes of parts) {
    const reader = new ByteReader(bytes);
    if (reader.u8() === FLOWS) addFlows((whole ??= new HostProfile()), reader, host);
    else {
      const part = wanted === 'all' ? HostProfile.decode(reader) : HostProfile.decodeSides(reader);
      if (whole === undefined) whole = part;
      else whole.merge(part);
    }
    if (reader.truncated) throw new Error('host part: these bytes are not what was put away');
  }
  return whole ?? new HostProfile();
}

function addFlows(profile: HostProfile, reader: ByteReader, host: string): void {
  for (let left = reader.varint(); left > 0 && !reader.truncated; left--) {
    const flow = decodeFlow(reader);
    if (flow.originator === host) profile.addFlow(flow, 'originator');
    if (flow.responder === host) profile.addFlow(flow, 'responder');
  }
}
