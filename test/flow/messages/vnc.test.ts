import { describe, expect, test } from 'vitest';
import { answer, logins } from './read-packet.ts';
import { ascii, be32 } from './service-bytes.ts';

const bytes = (...parts: number[][]): Uint8Array => Uint8Array.from(parts.flat());
const reason = ascii('Authentication failed');

describe('VNC', () => {
  test.each([
    [bytes(be32(0)), ['success']],
    [bytes(be32(1), be32(reason.length), reason), ['failure']],
    [bytes(be32(reason.length), reason), ['failure']],
    [bytes(be32(1)), ['unknown']],
    [bytes(be32(2)), []],
  ])('%j tells %j', (payload, outcomes) => {
    const seen = answer(5901, payload);
    expect(seen.service).toBe('vnc');
    expect(logins(seen)).toEqual(outcomes);
  });

  test('a version line on any port; a frame buffer is no answer to a login', () => {
    expect(answer(15900, 'RFB 003.008\n').service).toBe('vnc');
    expect(answer(5900, bytes(be32(1), be32(7), reason)).events).toEqual([]);
    expect(answer(15900, bytes(be32(0))).events).toEqual([]);
  });
});
