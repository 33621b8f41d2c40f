import { CaptureDecoder } from '../../src/capture/capture-decoder.ts';
import { ACTORS } from '../../src/synth/actor-catalogue.ts';
import { generateTraffic, parseRecipe } from '../../src/synth/recipe.ts';
import { pcapChunks } from '../../src/synth/write-traffic.ts';

const PACKETS_EACH = 48;
const cache = new Map<string, SyntheticCapture[]>();

export interface SyntheticCapture {
  readonly actor: string;
  readonly frames: readonly Uint8Array[];
  readonly bytes: Uint8Array;
}

/** A few dozen packets of every actor there is, made by this project and so free to keep. */
export function syntheticCaptures(packets = PACKETS_EACH): readonly SyntheticCapture[] {
  const kept = cache.get(String(packets));
  if (kept !== undefined) return kept;
  const captures = ACTORS.map(({ name }) => {
    const recipe = parseRecipe({
      name: 'fuzz',
      durationS: 600,
      actors: [{ actor: name, count: 1, maximumPackets: packets }],
    });
    const traffic = [...generateTraffic(recipe, { seed: 4 }).packets].slice(0, packets);
    const bytes = new Uint8Array(Buffer.concat([...pcapChunks(traffic)]));
    return { actor: name, frames: traffic.map(({ frame }) => frame), bytes };
  });
  cache.set(String(packets), captures);
  return captures;
}

/** What one side said to the other, in the order it was said. */
export interface Dialogue {
  readonly protocol: number;
  readonly serverPort: number;
  readonly turns: { readonly fromClient: boolean; readonly payload: Uint8Array }[];
}

/** Dialogues with payload in a capture, each with its first turns. */
export function dialoguesOf(capture: Uint8Array, mostTurns = 10): Dialogue[] {
  const dialogues = new Map<string, Dialogue>();
  const decoder = new CaptureDecoder((packet) => {
    if (packet.payloadCaptured === 0 || packet.laterFragment) return;
    if (packet.protocol !== 6 && packet.protocol !== 17) return;
    const { sourcePort, destinationPort, protocol, payloadOffset, payloadCaptured } = packet;
    const ends = [`${packet.source.join()}:${sourcePort}`, `${packet.destination.join()}:${destinationPort}`]; // prettier-ignore
    const key = ends.sort().join();
    let dialogue = dialogues.get(key);
    if (dialogue === undefined) {
      if (dialogues.size >= 40) return;
      dialogue = { protocol, serverPort: Math.min(sourcePort, destinationPort), turns: [] };
      dialogues.set(key, dialogue);
    }
    if (dialogue.turns.length >= mostTurns) return;
    const payload = packet.data.slice(payloadOffset, payloadOffset + payloadCaptured);
    const fromClient = destinationPort === dialogue.serverPort;
    dialogue.turns.push({ fromClient, payload });
  });
  decoder.push(capture);
  decoder.end();
  return [...dialogues.values()];
}

/** Records of a classic little-endian pcap with microseconds, and its link type; none of any other. */
export function framesOf(
  capture: Uint8Array,
  most: number,
): { linkType: number; frames: Uint8Array[] } {
  const view = new DataView(capture.buffer, capture.byteOffset, capture.byteLength);
  const frames: Uint8Array[] = [];
  if (capture.length < 24 || view.getUint32(0, true) !== 0xa1b2c3d4) return { linkType: 1, frames };
  for (let at = 24; at + 16 <= capture.length && frames.length < most;) {
    const length = view.getUint32(at + 8, true);
    frames.push(capture.slice(at + 16, at + 16 + length));
    at += 16 + length;
  }
  return { linkType: view.getUint32(20, true) & 0xffff, frames };
}
