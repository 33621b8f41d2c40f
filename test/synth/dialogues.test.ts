import { describe, expect, test } from 'vitest';
import type { AppEvent } from '../../src/flow/event.ts';
import type { Flow } from '../../src/flow/flow.ts';
import { readCapture } from '../../src/flow/read-capture.ts';
import { simulate } from './simulated.ts';

/** What the readers of flows make of one actor's traffic. */
async function read(
  actor: string,
  parameters: object,
  seed: number,
): Promise<{ flows: Flow[]; events: AppEvent[]; host: string }> {
  const run = simulate({ name: 'one', durationS: 300, actors: [{ actor, parameters }] }, seed);
  const flows: Flow[] = [];
  const events: AppEvent[] = [];
  const chunks = (function* () {
    yield run.bytes;
  })();
  await readCapture(
    (async function* () {
      yield* await Promise.resolve(chunks);
    })(),
    {
      flow: (flow) => flows.push(flow),
      event: (event) => events.push(event),
      visibility: () => undefined,
      skipped: () => undefined,
    },
  );
  const host = run.labels.find(({ label }) => !label.startsWith('benign/server'))!.host;
  return { flows, events, host };
}

const alone = { browsesToo: false, looks: 0, attempts: 1 };

describe('a break-in', () => {
  test('takes few flows with one victim, and the victim calls back', async () => {
    for (let seed = 1; seed <= 6; seed++) {
      const { flows, host } = await read('remote-exploit', { ...alone, gain: 'reverse' }, seed);
      const own = flows.filter((flow) => flow.originator === host || flow.responder === host);
      expect(own.length).toBeGreaterThanOrEqual(2);
      expect(own.length).toBeLessThanOrEqual(6);
      expect(own.some((flow) => flow.responder === host && flow.established)).toBe(true);
      const others = own.map((flow) => (flow.originator === host ? flow.responder : flow.originator)); // prettier-ignore
      expect(new Set(others).size).toBe(1);
    }
  });

  test('through service control shows the administrators’ share and the calls', async () => {
    const { events } = await read('remote-exploit', { ...alone, way: 'service-control' }, 1);
    const smb = events.filter((event) => event.kind === 'smb');
    expect(smb.some((event) => /\\(ADMIN|C)\$$/.test(event.path))).toBe(true);
    const rpc = events.filter((event) => event.kind === 'rpc');
    expect(rpc.some((event) => event.interface === 'svcctl')).toBe(true);
    expect(rpc.filter((event) => event.operation === 12)).toHaveLength(1);
  });

  test('of SMB1 shows the share for pipes, the knock and the overflow', async () => {
    const { events } = await read('remote-exploit', { ...alone, way: 'smb1-overflow' }, 1);
    const commands = events.filter((event) => event.kind === 'smb').map((event) => event.command);
    expect(commands).toContain('TREE_CONNECT_ANDX');
    expect(commands).toContain('TRANS2_SESSION_SETUP');
    expect(commands).toContain('TRANSACTION2_SECONDARY');
  });
});

test('a domain member shows its tickets, searches, pipes and files', async () => {
  const parameters = { sealed: false, domainS: 5, fileWorkS: 20, mistypes: 0.5 };
  const { events } = await read('windows-desktop', parameters, 1);
  const commands = events.filter((event) => event.kind === 'command').map((event) => event.verb);
  expect(commands).toEqual(expect.arrayContaining(['AS-REQ', 'TGS-REQ', 'SEARCH']));
  const logins = events.filter((event) => event.kind === 'login' && event.service === 'kerberos');
  expect(logins.some((event) => event.kind === 'login' && event.outcome === 'failure')).toBe(true);
  const pipes = events.filter((event) => event.kind === 'rpc').map((event) => event.interface);
  expect(pipes).toEqual(expect.arrayContaining(['netlogon', 'lsarpc', 'samr', 'srvsvc']));
});

test('a trojan keeps one connection on which both sides speak', async () => {
  const parameters = { browsesToo: false, absentShare: 0, sessionS: 3000, wrapping: 'binary' };
  const { flows, host } = await read('rat-bot', parameters, 2);
  const longest = flows
    .filter((flow) => flow.originator === host && flow.protocol === 6)
    .sort((a, b) => b.endUs - b.startUs - (a.endUs - a.startUs))[0]!;
  expect(longest.endUs - longest.startUs).toBeGreaterThan(60e6);
  expect(longest.originatorBytes).toBeGreaterThan(100);
  expect(longest.responderBytes).toBeGreaterThan(20);
});
