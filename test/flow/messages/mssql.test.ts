import { describe, expect, test } from 'vitest';
import { answer, ask, ends, logins } from './read-packet.ts';
import {
  le16,
  tdsError,
  tdsLogin7,
  tdsLoginAck,
  tdsPrelogin,
  tdsResponse,
} from './service-bytes.ts';

describe('SQL Server', () => {
  const change = [0xe3, ...le16(4), 1, 0, 0, 0];

  test('LOGIN7 names the user, on any port', () => {
    expect(ask(1433, tdsLogin7('sa'))).toMatchObject({
      service: 'mssql',
      events: [{ kind: 'login', service: 'mssql', outcome: 'unknown', userName: 'sa', ...ends }],
    });
    expect(logins(ask(51433, tdsLogin7('sa')))).toEqual(['unknown sa']);
  });

  test('LOGINACK behind changes of the environment', () => {
    expect(logins(answer(1433, tdsResponse(change, tdsLoginAck())))).toEqual(['success']);
  });

  test('an error of a login, with the name in its words', () => {
    const words = "Login failed for user 'sa'.";
    expect(logins(answer(1433, tdsResponse(tdsError(18456, words))))).toEqual(['failure sa']);
    expect(logins(answer(1433, tdsResponse(tdsError(18486, 'locked'))))).toEqual(['failure']);
    expect(answer(1433, tdsResponse(tdsError(208, 'Invalid object name')))).toMatchObject({
      service: 'mssql',
      events: [],
    });
  });

  test('PRELOGIN is recognised, other bytes of that type are not', () => {
    expect(ask(1433, tdsPrelogin())).toMatchObject({ service: 'mssql', events: [] });
    expect(ask(1433, Uint8Array.from([0x12, 1, 0, 20, ...new Array<number>(16).fill(9)])).service).toBe(''); // prettier-ignore
  });
});
