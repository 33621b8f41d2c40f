import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../job/temporary-folder.ts';
import { rapsheet, startRapsheet } from './run-rapsheet.ts';

const folder = temporaryFolder();

/** Starts `rapsheet serve` on a free port; gives its URL and, once it has ended, how. */
async function serve(...words: string[]) {
  const child = startRapsheet(['serve', '--port', '0', ...words], folder);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  await expect.poll(() => stderr, { timeout: 20_000 }).toContain('listening on');
  const url = /listening on (http:\S+)/.exec(stderr)![1]!;
  return { child, url, ended, said: () => stderr };
}

describe('rapsheet serve', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'listens on this machine alone, and ends well on %s',
    async (signal) => {
      const { child, url, ended, said } = await serve();
      expect(new URL(url).hostname).toBe('127.0.0.1');
      expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ok' });
      child.kill(signal);
      expect(await ended).toEqual([0, null]);
      expect(said()).toBe(`rapsheet: listening on ${url} (Ctrl-C ends it)\nrapsheet: stopping\n`);
    },
  );

  test('says that there is no login when others can reach it', async () => {
    const { child, ended, said } = await serve('--host', '0.0.0.0');
    await expect.poll(said).toContain('there is no login');
    child.kill('SIGTERM');
    await ended;
  });

  test('a port in use is one line and exit status 2', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const port = String((other.address() as AddressInfo).port);
    const { status, stdout, stderr } = rapsheet(['serve', '--port', port], { folder });
    other.close();
    expect(stderr).toBe(`rapsheet: 127.0.0.1:${port} is in use: choose another with --port\n`);
    expect([status, stdout]).toEqual([2, '']);
  });

  test.each([
    [['--port', '70000'], '--port: expected a number from 0 to 65535, got 70000'],
    [['--max-upload', '0'], '--max-upload: expected a number of at least 1'],
    [['--model', 'missing.rapsheet'], 'missing.rapsheet: no such file'],
    [['capture.pcap'], 'unexpected argument capture.pcap'],
  ])('refuses %j in one line', (words, message) => {
    const { status, stderr } = rapsheet(['serve', ...words], { folder });
    expect(stderr).toMatch(/^rapsheet: [^\n]+\n$/);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});
