import { describe, expect, test } from 'vitest';
import { ask, ends } from './read-packet.ts';
import {
  ntlmAuthenticate,
  rpcAuth3,
  rpcBind,
  rpcDatagram,
  rpcRequest,
  smb2Write,
  uuidBytes,
} from './service-bytes.ts';

const EPMAPPER = 'e1af8308-5d1f-11c9-91a4-08002b14a0fa';
const UNKNOWN = '01234567-89ab-cdef-0123-456789abcdef';

describe('DCE/RPC', () => {
  test('a bind names its interfaces once each, by name or UUID', () => {
    const payload = Uint8Array.from(rpcBind(EPMAPPER, EPMAPPER, UNKNOWN));
    expect(ask(49154, payload)).toMatchObject({
      service: 'dce_rpc',
      events: [
        { kind: 'rpc', interface: 'epmapper', operation: NaN, contextId: 0, ...ends },
        { kind: 'rpc', interface: UNKNOWN, operation: NaN, contextId: 2, ...ends },
      ],
    });
  });

  test('requests of one packet', () => {
    const payload = Uint8Array.from([...rpcRequest(0, 3), ...rpcRequest(1, 4)]);
    expect(ask(135, payload).events).toMatchObject([
      { interface: '', operation: 3, contextId: 0 },
      { interface: '', operation: 4, contextId: 1 },
    ]);
  });

  test('a request in big-endian order', () => {
    const payload = Uint8Array.from(rpcRequest(0, 0));
    payload.set([0, 0, 0, 0, 0, 32], 4);
    payload.set([0, 2, 0, 9], 20);
    expect(ask(135, payload).events).toMatchObject([{ operation: 9, contextId: 2 }]);
  });

  test('the user in the authentication behind a bind', () => {
    const payload = Uint8Array.from(rpcAuth3(ntlmAuthenticate('LAB', 'alice', 'PC1')));
    expect(ask(135, payload).events).toMatchObject([
      { kind: 'ntlm', userName: 'alice' },
      { kind: 'login', service: 'dce_rpc', outcome: 'unknown', userName: 'alice' },
    ]);
  });

  test('a datagram names both interface and operation', () => {
    expect(ask(135, rpcDatagram(EPMAPPER, 2), 17)).toMatchObject({
      service: 'dce_rpc',
      events: [{ interface: 'epmapper', operation: 2, contextId: NaN }],
    });
  });

  test('a bind written to a pipe in pieces: only the interface that was cut is lost', () => {
    const pipe = (bytes: number[]): unknown[] =>
      ask(445, smb2Write(bytes)).events.flatMap((e) => (e.kind === 'rpc' ? [e.interface] : []));
    const svcctl = '367abb81-9844-35f1-ad32-98f038001003';
    const bind = rpcBind(UNKNOWN, UNKNOWN.replace('0', '9'), svcctl);
    // Each context: id, one transfer syntax, the interface, its version; then NDR 2.0.
    const ndr = [...uuidBytes('8a885d04-1ceb-11c9-9fe8-08002b104860'), 2, 0, 0, 0];
    for (const context of [0, 1, 2]) bind.splice(28 + 44 * context + 24, 20, ...ndr);
    expect(pipe(bind.slice(0, 28 + 44))).toEqual([UNKNOWN]);
    expect(pipe(bind.slice(28 + 44))).toEqual([UNKNOWN.replace('0', '9'), 'svcctl']);
    expect(pipe(bind.slice(28 + 44 + 10))).toEqual(['svcctl']);
  });
});
