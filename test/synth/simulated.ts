import { CaptureDecoder } from '../../src/capture/capture-decoder.ts';
import type { Packet } from '../../src/capture/packet.ts';
import { generateTraffic, type LabelRow, parseRecipe } from '../../src/synth/recipe.ts';
import { pcapChunks } from '../../src/synth/write-traffic.ts';

export interface Run {
  /** Copies; `data` is the captured payload alone. */
  readonly packets: readonly Packet[];
  readonly labels: readonly LabelRow[];
  readonly bytes: Uint8Array;
  readonly skipped: ReadonlyMap<string, number>;
}

/** A run of a recipe, written as a pcap and read back by the capture decoder. */
export function simulate(recipe: unknown, seed: number | string): Run {
  const { packets, labels } = generateTraffic(parseRecipe(recipe), { seed });
  const bytes = Buffer.concat([...pcapChunks(packets)]);
  const { packets: read, skipped } = decode(bytes);
  return { packets: read, labels, bytes, skipped };
}

/** Copies of the packets in a pcap. */
export function decode(bytes: Uint8Array): Pick<Run, 'packets' | 'skipped'> {
  const packets: Packet[] = [];
  const decoder = new CaptureDecoder((packet) => {
    const { payloadOffset, payloadCaptured } = packet;
    packets.push({
      ...packet,
      source: packet.source.slice(),
      destination: packet.destination.slice(),
      data: packet.data.slice(payloadOffset, payloadOffset + payloadCaptured),
      payloadOffset: 0,
    });
  });
  decoder.push(bytes);
  decoder.end();
  return { packets, skipped: decoder.skipped };
}
