import { describe, expect, test } from 'vitest';
import { labelInputs } from '../../src/job/label-inputs.ts';
import { loadModel } from '../../src/job/load-model.ts';
import { put, temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();

/** `8:20:00` and later, by the second. */
function clock(second: number): string {
  return new Date(Date.UTC(2026, 10, 25, 8, 20) + second * 1000).toISOString().slice(11, 19);
}

interface Session {
  readonly second: number;
  readonly client: string;
  readonly user: string;
  readonly wrong: number;
  readonly isRight: boolean;
}

/** What sshd logs of a session. */
function linesOf({ second, client, user, wrong, isRight }: Session, k: number): [number, string][] {
  const says = (after: number, text: string): [number, string] => [
    second + after,
    `Nov 25 ${clock(second + after)} srv sshd[${1000 + k}]: ${text}`,
  ];
  const from = `${client} port ${40_000 + k}`;
  const failures = Array.from({ length: wrong }, (_, i) =>
    says(3 * i, `Failed password for ${user} from ${from} ssh2`),
  );
  if (!isRight) return [...failures, says(3 * wrong, `Connection closed by ${from} [preauth]`)];
  return [
    ...failures,
    says(3 * wrong, `Accepted password for ${user} from ${from} ssh2`),
    says(3 * wrong + 900, `Disconnected from user ${user} ${from}`),
  ];
}

async function labelsOf(lines: readonly string[]): Promise<Record<string, string>> {
  const path = put(folder, 'auth.log', `${lines.join('\n')}\n`);
  const { verdicts } = await labelInputs([path], loadModel());
  return Object.fromEntries(verdicts.map(({ host, label }) => [host, label]));
}

describe('the log of a server that people log in to', () => {
  test('shows who mistyped, who comes by the clock, and who guesses', async () => {
    const session = (
      second: number,
      client: string,
      user: string,
      [wrong, isRight]: readonly [number, boolean],
    ): Session => ({ second, client, user, wrong, isRight });
    const guessed = [
      'admin',
      'test',
      'oracle',
      'pi',
      'root',
      'git',
      'user',
      'ubuntu',
      'guest',
      'www',
      'ftp',
      'nagios',
    ];
    const sessions: Session[] = [
      session(10, '10.1.0.1', 'alice', [1, true]),
      session(40, '10.1.0.2', 'bob', [2, true]),
      session(70, '10.1.0.3', 'carol', [3, false]),
      session(100, '10.1.0.3', 'carol', [0, true]),
      ...Array.from({ length: 20 }, (_, k) => session(600 * k, '10.1.0.4', 'deploy', [0, true])),
      ...Array.from({ length: 60 }, (_, k) =>
        session(200 + 5 * k, '203.0.113.7', 'root', [3, false]),
      ),
      ...guessed.map((user, k) => session(300 + 1100 * k, '198.51.100.9', user, [1, false])),
    ];
    const lines = sessions.flatMap(linesOf).sort(([a], [b]) => a - b);
    expect(await labelsOf(lines.map(([, text]) => text))).toMatchObject({
      '10.1.0.1': 'benign',
      '10.1.0.2': 'benign',
      '10.1.0.3': 'benign',
      '10.1.0.4': 'benign',
      '203.0.113.7': 'bruteforce',
      '198.51.100.9': 'bruteforce',
    });
  });
});

describe('the log of a firewall that counts nothing', () => {
  test('shows who looked for open doors, and whom it kept in', async () => {
    const denied = (second: number, from: string, to: string): string =>
      `Nov 25 2026 ${clock(second)} fw1 : %ASA-4-106023: Deny tcp src ${from} dst ${to} by access-group "rules" [0x0, 0x0]`;
    const lines = Array.from({ length: 200 }, (_, k) =>
      denied(k, `outside:203.0.113.7/${40_000 + k}`, `inside:10.1.${k >> 7}.${k & 127}/23`),
    );
    for (const k of [0, 1, 2]) {
      lines.push(denied(300 * k, `inside:10.1.0.8/${50_000 + k}`, 'outside:192.0.2.5/443'));
    }
    expect(await labelsOf(lines)).toMatchObject({ '203.0.113.7': 'scan', '10.1.0.8': 'benign' });
  });
});
