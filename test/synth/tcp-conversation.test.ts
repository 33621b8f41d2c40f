import { describe, expect, test } from 'vitest';
import { type Packet, TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from '../../src/capture/packet.ts';
import type { Endpoint } from '../../src/synth/endpoint.ts';
import { Network, type Script } from '../../src/synth/network.ts';
import { Random } from '../../src/synth/random.ts';
import { type PortState, TcpConversation } from '../../src/synth/tcp-conversation.ts';
import { World } from '../../src/synth/world.ts';
import { pcapChunks } from '../../src/synth/write-traffic.ts';
import { decode } from './simulated.ts';

const START_US = 1_700_000_000_000_000;

interface Talk {
  readonly packets: readonly Packet[];
  readonly outcome: PortState | undefined;
}

/** One conversation between an inside client and an outside server that lose that share of their segments. */
function converse(
  seed: number,
  lossShare: number,
  state: PortState,
  talk: (tcp: TcpConversation) => Script,
): Talk {
  const random = new Random(seed);
  const network = new Network(START_US, random.fork('network'));
  const world = new World(random.fork('world'), { ipVersion: 4 });
  const client: Endpoint = { ...world.insideHost({ stack: 'linux' }), lossShare };
  const server: Endpoint = { ...world.outsideHost({ stack: 'linux' }), lossShare };
  const tcp = new TcpConversation(network, random, client, server, 80, { state });
  let outcome: PortState | undefined;
  const script = function* (): Script {
    outcome = yield* tcp.open();
    yield* talk(tcp);
  };
  network.spawn(script());
  const bytes = Buffer.concat([...pcapChunks(network.run(START_US + 600e6))]);
  return { packets: decode(bytes).packets, outcome };
}

/** What one side said, put together by sequence number as a receiver would. */
function streamOf(packets: readonly Packet[], fromClient: boolean): Uint8Array {
  const own = packets.filter((p) => (p.destinationPort === 80) === fromClient);
  const first = own.find((p) => (p.tcpFlags & TCP_SYN) !== 0)!.tcpSequence + 1;
  const parts = own.filter((p) => p.payloadLength > 0);
  const length = Math.max(
    0,
    ...parts.map((p) => ((p.tcpSequence - first) >>> 0) + p.payloadLength),
  );
  const stream = new Uint8Array(length);
  for (const p of parts) stream.set(p.data, (p.tcpSequence - first) >>> 0);
  return stream;
}

const question = new Uint8Array(5000).map((_, i) => i * 7);
const answer = new Uint8Array(90_000).map((_, i) => (i * 31) >> 3);

function* exchange(tcp: TcpConversation): Script {
  yield* tcp.send('client', question);
  yield* tcp.pause(0.3);
  yield* tcp.send('server', answer);
  yield* tcp.close('client');
}

describe('TcpConversation', () => {
  test('begins with a handshake whose numbers fit', () => {
    const { packets } = converse(1, 0, 'open', exchange);
    const [syn, synAck, ack] = packets;
    expect([syn, synAck, ack].map((p) => p?.tcpFlags)).toEqual([
      TCP_SYN,
      TCP_SYN | TCP_ACK,
      TCP_ACK,
    ]);
    expect(synAck!.tcpAcknowledgment).toBe((syn!.tcpSequence + 1) >>> 0);
    expect(ack!.tcpSequence).toBe((syn!.tcpSequence + 1) >>> 0);
    expect(ack!.tcpAcknowledgment).toBe((synAck!.tcpSequence + 1) >>> 0);
  });

  test.each([0, 0.02, 0.2])('delivers what both sides said when a share of %f is lost', (loss) => {
    for (let seed = 0; seed < 12; seed++) {
      const { packets } = converse(seed, loss, 'open', exchange);
      expect(streamOf(packets, true)).toEqual(question);
      expect(streamOf(packets, false)).toEqual(answer);
    }
  });

  test('retransmits when segments are lost, and never otherwise', () => {
    const repeats = (loss: number): number => {
      const seen = new Set<number>();
      let count = 0;
      for (const p of converse(5, loss, 'open', exchange).packets) {
        if (p.payloadLength === 0 || p.destinationPort === 80) continue;
        if (seen.has(p.tcpSequence)) count++;
        seen.add(p.tcpSequence);
      }
      return count;
    };
    expect(repeats(0)).toBe(0);
    expect(repeats(0.2)).toBeGreaterThan(0);
  });

  test('acknowledges nothing that was not sent, and in the end everything', () => {
    const { packets } = converse(2, 0.05, 'open', exchange);
    const first = packets[0]!.tcpSequence;
    const sent = { client: 0, server: 0 };
    const acknowledged = { client: 0, server: 0 };
    const serverFirst = packets[1]!.tcpSequence;
    for (const p of packets) {
      const [own, other] =
        p.destinationPort === 80
          ? (['client', 'server'] as const)
          : (['server', 'client'] as const);
      const base = own === 'client' ? first : serverFirst;
      const control = (p.tcpFlags & (TCP_SYN | TCP_FIN)) === 0 ? 0 : 1;
      sent[own] = Math.max(sent[own], ((p.tcpSequence - base) >>> 0) + p.payloadLength + control);
      if ((p.tcpFlags & TCP_ACK) === 0) continue;
      const ack = (p.tcpAcknowledgment - (other === 'client' ? first : serverFirst)) >>> 0;
      // A segment lost before the tap was sent all the same.
      expect(ack).toBeLessThanOrEqual(Math.max(sent[other], question.length + answer.length));
      acknowledged[other] = Math.max(acknowledged[other], ack);
    }
    expect(acknowledged.client).toBe(question.length + 2);
    expect(acknowledged.server).toBe(answer.length + 2);
  });

  test('ends with a FIN from each side', () => {
    const { packets } = converse(3, 0, 'open', exchange);
    const fins = packets
      .filter((p) => (p.tcpFlags & TCP_FIN) !== 0)
      .map((p) => p.destinationPort === 80);
    expect(fins.sort()).toEqual([false, true]);
  });

  test('a closed port answers with a RST, and nothing is said', () => {
    const { packets, outcome } = converse(4, 0, 'closed', exchange);
    expect(outcome).toBe('closed');
    expect(packets.map((p) => p.tcpFlags)).toEqual([TCP_SYN, TCP_RST | TCP_ACK]);
  });

  test('a silent port is knocked at again after 1, 3 and 7 seconds', () => {
    const { packets, outcome } = converse(4, 0, 'filtered', exchange);
    expect(outcome).toBe('filtered');
    const seconds = packets.map((p) => Math.round((p.timeUs - packets[0]!.timeUs) / 1e6));
    expect(seconds).toEqual([0, 1, 3, 7]);
  });
});
