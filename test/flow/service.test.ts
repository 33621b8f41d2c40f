import { describe, expect, test } from 'vitest';
import { isLoginService, isServicePort, serviceGroup, serviceOf } from '../../src/flow/service.ts';

describe('serviceOf', () => {
  test('believes the payload before the port', () => {
    expect(serviceOf(6, 443, 'ssh')).toBe('ssh');
    expect(serviceOf(6, 443, '')).toBe('ssl');
    expect(serviceOf(17, 443, '')).toBe('quic');
    expect(serviceOf(6, 2222, '')).toBe('ssh');
    expect(serviceOf(17, 2222, '')).toBe('enip');
  });

  test('takes the known one of several names, and knows other words for them', () => {
    expect(serviceOf(6, 445, 'gssapi,smb,ntlm')).toBe('smb');
    expect(serviceOf(6, 3389, 'ms-wbt-server')).toBe('rdp');
    expect(serviceOf(6, 1, '-ssl,weird')).toBe('weird');
    expect(serviceOf(6, 1, 'constructor')).toBe('constructor');
  });

  test('says nothing about an unknown port', () => {
    expect(serviceOf(6, 51234, '')).toBe('');
    expect(isServicePort(6, 51234)).toBe(false);
    expect(isServicePort(6, 22)).toBe(true);
    expect(isServicePort(1, 22)).toBe(false);
  });

  test('calls ICMP by its name, whatever stands in the port', () => {
    expect(serviceOf(1, 53, '')).toBe('icmp');
    expect(serviceOf(58, 0, '')).toBe('icmp');
  });
});

describe('groups and logins', () => {
  test.each([
    ['ssl', 'web', false],
    ['ssh', 'admin', true],
    ['smb', 'smb', true],
    ['mysql', 'database', true],
    ['modbus', 'ics', false],
    ['', 'other', false],
    ['constructor', 'other', false],
  ] as const)('%s is in group %s', (service, group, login) => {
    expect(serviceGroup(service)).toBe(group);
    expect(isLoginService(service)).toBe(login);
  });
});
