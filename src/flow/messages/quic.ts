import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Packet } from '../../capture/packet.ts';
import { BoundedTable, directionHash, sameWords } from './bounded-table.ts';
import { parseClientHello, reportClientHello } from './client-hello.ts';
import { isFromClient, type MessageSink } from './conversation.ts';
import { CryptoStream } from './quic-crypto-stream.ts';
import { quicInteger } from './quic-integer.ts';
import {
  clientInitialKeys,
  openInitial,
  quicVersion,
  type InitialKeys,
} from './quic-protection.ts';

/**
 * The ClientHello in a client's QUIC Initial packets (RFC 9000 §17.2.2, RFC 9001 §4): it may lie in several packets
 * and datagrams, in any order, and each of the pieces in any order too.
 */

const BOUNDS = { maxEntries: 4096, maxHeld: 16 << 20, maxAgeUs: 10e6 };
/** RFC 9000 §14.1: a client's datagram with an Initial packet has at least so many bytes. */
const MIN_DATAGRAM = 1200;
const MAX_CONNECTION_ID = 20;
const MAX_PACKETS = 8;
const CLIENT_HELLO = 1;

interface Connection {
  readonly source: Uint32Array;
  readonly sourcePort: number;
  readonly connectionId: Uint8Array;
  readonly keys: InitialKeys;
  readonly startedUs: number;
  held: number;
  /** `undefined` once the hello was read: what is sent again is not read again. */
  crypto: CryptoStream | undefined;
}

interface InitialPacket {
  readonly start: number;
  readonly numberAt: number;
  readonly end: number;
}

/** Keeps the connections whose hello has begun, in bounded memory, for ten seconds of capture time. */
export class QuicHellos {
  readonly #connections = new BoundedTable<Connection>(BOUNDS);
  #sink: MessageSink | undefined;

  /** Reads a datagram that begins with a long header. */
  read(packet: Packet, sink: MessageSink): void {
    const { data, payloadOffset, payloadCaptured, payloadLength } = packet;
    if (payloadLength < MIN_DATAGRAM || !isFromClient(packet, isQuicPort)) return;
    this.#sink = sink;
    this.#connections.expire(packet.timeUs, this.#release);
    let at = payloadOffset;
    const end = at + payloadCaptured;
    for (let i = 0; i < MAX_PACKETS && at < end; i++) {
      const next = this.#readPacket(packet, data, at, end, sink);
      if (next <= at) return;
      at = next;
    }
  }

  /** Lets go everything that is unfinished. */
  end(sink: MessageSink): void {
    this.#sink = sink;
    this.#connections.clear(this.#release);
  }

  /** Reads one of the datagram's packets; where the next begins, 0 if there is none. */
  #readPacket(
    packet: Packet,
    data: Uint8Array,
    start: number,
    end: number,
    sink: MessageSink,
  ): number {
    const reader = new ByteReader(data, start, end);
    const first = reader.u8();
    const version = quicVersion(reader.u32());
    if ((first & 0xc0) !== 0xc0 || version === undefined) return 0;
    if (((first >>> 4) & 3) !== version.initialType) return 0;
    const connectionId = reader.slice(reader.u8());
    reader.skip(reader.u8()); // the client's own
    reader.skip(quicInteger(reader)); // token
    const length = quicInteger(reader);
    if (reader.truncated || connectionId.length > MAX_CONNECTION_ID) return 0;
    const numberAt = reader.offset;
    if (length > end - numberAt) {
      if (packet.payloadCaptured < packet.payloadLength) sink.skipped('truncated:quic', 1);
      return 0;
    }
    const initial = { start, numberAt, end: numberAt + length };
    const hash = connectionHash(packet, connectionId);
    const known = this.#connections.get(hash);
    if (known !== undefined && isOf(known, packet, connectionId)) {
      if (known.crypto !== undefined) this.#goOn(known, packet, initial);
    } else {
      this.#begin(hash, clientInitialKeys(version, connectionId), packet, connectionId, initial);
    }
    return initial.end;
  }

  #begin(
    hash: number,
    keys: InitialKeys,
    packet: Packet,
    connectionId: Uint8Array,
    { start, numberAt, end }: InitialPacket,
  ): void {
    const plain = openInitial(packet.data, start, numberAt, end, keys);
    if (plain === undefined) return;
    const crypto = new CryptoStream();
    const isSound = crypto.addFrames(plain);
    if (crypto.isEmpty) return; // acknowledgements
    const connection: Connection = {
      source: packet.source.slice(),
      sourcePort: packet.sourcePort,
      connectionId: connectionId.slice(),
      keys,
      startedUs: packet.timeUs,
      held: crypto.held,
      crypto,
    };
    this.#connections.add(hash, connection, this.#release);
    this.#finish(connection, packet, isSound);
  }

  #goOn(connection: Connection, packet: Packet, { start, numberAt, end }: InitialPacket): void {
    const plain = openInitial(packet.data, start, numberAt, end, connection.keys);
    if (plain === undefined) return;
    const crypto = connection.crypto!;
    const isSound = crypto.addFrames(plain);
    this.#account(connection, crypto.held);
    this.#finish(connection, packet, isSound);
    this.#connections.shrink(this.#release);
  }

  /** Reports the hello if it is all there; gives up what is none. */
  #finish(connection: Connection, packet: Packet, isSound: boolean): void {
    const sink = this.#sink!;
    const message = connection.crypto?.message();
    if (message === undefined && isSound) return;
    connection.crypto = undefined;
    this.#account(connection, 0);
    const hello =
      message?.[0] === CLIENT_HELLO ? parseClientHello(new ByteReader(message, 4)) : undefined;
    if (hello === undefined) sink.skipped('malformed:quic', 1);
    else reportClientHello(hello, 'q', packet, sink);
  }

  #account(connection: Connection, held: number): void {
    this.#connections.grew(held - connection.held);
    connection.held = held;
  }

  readonly #release = (connection: Connection): void => {
    if (connection.crypto !== undefined) this.#sink!.skipped('messageIncomplete', 1);
  };
}

function isQuicPort(port: number): boolean {
  return port === 443 || port === 80 || port === 853 || port === 8443;
}

function connectionHash(packet: Packet, connectionId: Uint8Array): number {
  const { source, destination, sourcePort, destinationPort } = packet;
  let hash = directionHash(source, destination, sourcePort, destinationPort);
  for (const byte of connectionId) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash & 0x3fffffff;
}

function isOf(connection: Connection, packet: Packet, connectionId: Uint8Array): boolean {
  return (
    connection.sourcePort === packet.sourcePort &&
    sameWords(connection.source, packet.source) &&
    Buffer.compare(connection.connectionId, connectionId) === 0
  );
}
