import { describe, expect, test } from 'vitest';
import { answer, ask, logins } from './read-packet.ts';
import { mongoError, mongoSaslDone, mongoSaslStart } from './service-bytes.ts';

describe('MongoDB', () => {
  test('a SASL conversation from its start to its end', () => {
    expect(logins(ask(27017, mongoSaslStart('admin')))).toEqual(['unknown admin']);
    expect(answer(27017, mongoSaslDone(false))).toMatchObject({ service: 'mongodb', events: [] });
    expect(logins(answer(27017, mongoSaslDone(true)))).toEqual(['success']);
  });

  test('a refusal', () => {
    expect(logins(answer(27017, mongoError('AuthenticationFailed')))).toEqual(['failure']);
    expect(logins(answer(27017, mongoError('Unauthorized')))).toEqual([]);
  });
});
