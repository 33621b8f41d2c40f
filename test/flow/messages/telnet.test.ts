import { describe, expect, test } from 'vitest';
import { answer, logins } from './read-packet.ts';

describe('telnet', () => {
  test.each([
    ['\r\nLogin incorrect\r\nlogin: ', ['failure']],
    ['% Login invalid\r\n', ['failure']],
    ['% Bad passwords\r\n', ['failure']],
    ['\r\nAccess denied\r\n', ['failure']],
    ['Username or password is wrong!\r\n', ['failure']],
    ['Error: Password incorrect\r\n', ['failure']],
    ['Login Failed\r\n', ['failure']],
    ['Last login: Mon Jan 1 from here\r\n', ['success']],
    ["\r\nBusyBox v1.19.4 (2014) built-in shell (ash)\r\nEnter 'help'\r\n# ", ['success']],
    ['*****\r\nMicrosoft Telnet Server.\r\n*****\r\nC:\\>', ['success']],
    ['Password: ', []],
    ['router login: ', []],
  ])('%j tells %j', (payload, outcomes) => {
    const seen = answer(23, payload);
    expect(seen.service).toBe('telnet');
    expect(logins(seen)).toEqual(outcomes);
  });

  test('options on any port: one alone, or two', () => {
    expect(answer(50001, '\xff\xfd\x18\xff\xfb\x01').service).toBe('telnet');
    expect(answer(50001, '\xff\xfb\x01').service).toBe('telnet');
    expect(answer(50001, '\xff\xfb\x01 and more').service).toBe('');
    expect(answer(23, '\xff\xfb\x01 and more').service).toBe('telnet');
  });

  test('a prompt of a shell, or a banner before the login, is no outcome', () => {
    expect(answer(23, 'router> ').events).toEqual([]);
    expect(answer(23, 'Welcome to Microsoft Telnet Service\r\n').events).toEqual([]);
  });
});
