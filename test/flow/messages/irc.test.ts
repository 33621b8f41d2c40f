import { describe, expect, test } from 'vitest';
import { answer, ask, verbs } from './read-packet.ts';

describe('IRC', () => {
  test('commands of the client on any port', () => {
    const seen = ask(8080, 'NICK bot\r\nUSER a 0 * :b\r\nJOIN #chan key\r\n');
    expect(seen.service).toBe('irc');
    expect(verbs(seen)).toEqual(['NICK', 'USER', 'JOIN']);
  });

  test('what a server relays names the service and is no command of the client', () => {
    expect(answer(9999, ':srv 332 bot #chan :.scan 10.0.0.0\r\n')).toMatchObject({
      service: 'irc',
      events: [],
    });
    expect(answer(9999, 'PING :srv\r\n')).toMatchObject({ service: 'irc', events: [] });
    expect(verbs(ask(9999, 'PONG :srv\r\n'))).toEqual(['PONG']);
  });

  test('PING without a colon is IRC only on its ports', () => {
    expect(answer(8080, 'PING 1491069115246\r\n').service).toBe('');
    expect(answer(23, 'PING www.example.com (192.0.2.1): 56 data bytes\r\n').service).toBe('');
    expect(verbs(ask(6667, 'PONG srv.example\r\n'))).toEqual(['PONG']);
  });
});
