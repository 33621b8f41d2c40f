import { describe, expect, test } from 'vitest';
import { answer, ask, logins, verbs } from './read-packet.ts';

const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');

describe('SMTP', () => {
  test.each([
    ['235 2.7.0 Authentication successful\r\n', ['success']],
    ['535 5.7.8 Error\r\n', ['failure']],
    ['535-5.7.8 Username and Password not accepted.\r\n535 5.7.8 see there\r\n', ['failure']],
    ['534 5.7.9 mechanism too weak\r\n', ['failure']],
    ['535-5.7.8 Username and Password not\r\n', []],
    ['454 4.7.0 Temporary authentication failure\r\n', []],
    ['530 5.7.0 Authentication required\r\n', []],
    ['334 VXNlcm5hbWU6\r\n', []],
  ])('the answer %j tells %j', (payload, outcomes) => {
    const seen = answer(587, payload);
    expect(seen.service).toBe('smtp');
    expect(logins(seen)).toEqual(outcomes);
  });

  test.each([
    [`AUTH PLAIN ${base64('\0alice\0secret')}\r\n`, ['unknown alice']],
    [`${base64('admin\0alice\0secret')}\r\n`, ['unknown alice']],
    [`AUTH LOGIN ${base64('bob')}\r\n`, ['unknown bob']],
    ['AUTH LOGIN\r\n', []],
    [`${base64('tim b913a602c7eda7a495b4e6e7334d3890')}\r\n`, ['unknown tim']],
    [`AUTH SCRAM-SHA-1 ${base64('n,,n=us=2Cer,r=abc')}\r\n`, ['unknown us,er']],
    ['AUTH PLAIN ===\r\n', []],
  ])('the client says %j: %j', (payload, names) => {
    const seen = ask(25, payload);
    expect(seen.service).toBe('smtp');
    expect(logins(seen)).toEqual(names);
  });

  test('a bare answer to AUTH LOGIN may be a password: it is no name', () => {
    expect(ask(25, `${base64('hunter2hunter2')}\r\n`).events).toEqual([]);
  });

  test('pipelined commands, and the text of a mail behind them', () => {
    expect(verbs(ask(25, 'MAIL FROM:<a@b>\r\nrcpt TO:<c@d>\r\nDATA\r\n'))).toEqual([
      'MAIL',
      'RCPT',
      'DATA',
    ]);
    expect(ask(25, 'Dear Sir,\r\nDATA\r\n')).toMatchObject({ service: '', events: [] });
  });
});
