import { describe, expect, test } from 'vitest';
import { EVENT_KINDS, eventColumns, fieldColumns } from '../../src/cli/event-columns.ts';
import type { AppEvent, EventKind } from '../../src/flow/event.ts';

const CONVERSATION = {
  timeUs: 1_700_000_000_000_000,
  originator: '10.0.0.1',
  originatorPort: 40_000,
  responder: '192.0.2.1',
  responderPort: 443,
  protocol: 6,
};

const cells = (kinds: readonly EventKind[], event: AppEvent) =>
  Object.fromEntries(eventColumns(kinds).map(({ name, read }) => [name, read(event)]));

describe('columns of events', () => {
  test('a column has one type whatever kinds are asked for', () => {
    const types = new Map<string, Set<string>>();
    for (const kind of EVENT_KINDS) {
      for (const { name, type, meaning } of fieldColumns(kind)) {
        types.set(name, (types.get(name) ?? new Set()).add(type));
        expect([kind, name, meaning]).not.toContain('');
      }
    }
    expect([...types].filter(([, all]) => all.size > 1)).toEqual([]);
  });

  test('no field of a kind hides one that every kind has', () => {
    const names = eventColumns(EVENT_KINDS).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const common = names.slice(0, 8);
    const fields = EVENT_KINDS.flatMap(fieldColumns).map(({ name }) => name);
    expect(fields.filter((name) => common.includes(name))).toEqual([]);
  });

  test('a table has the columns of its kinds, and null where an event has no such field', () => {
    const login: AppEvent = { kind: 'login', service: 'ssh', outcome: 'failure', userName: '', ...CONVERSATION }; // prettier-ignore
    expect(cells(['login', 'command'], login)).toEqual({
      ...CONVERSATION,
      kind: 'login',
      communityId: '1:rQCafGKc8LGvM0iFow7oLGxZxy0=',
      service: 'ssh',
      outcome: 'failure',
      userName: null,
      atHoneypot: null,
      verb: null,
    });
  });

  test('one text where another kind has several is a list of one', () => {
    const hello: AppEvent = { kind: 'tls-server-hello', version: NaN, selfSigned: undefined, alpn: 'h2', ...CONVERSATION }; // prettier-ignore
    expect(cells(['tls-server-hello'], hello)).toMatchObject({
      alpn: ['h2'],
      version: null,
      selfSigned: null,
      ja3s: null,
    });
  });
});
