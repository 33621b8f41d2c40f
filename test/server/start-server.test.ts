import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { startServer, type RunningServer } from '../../src/server/start-server.ts';
import { BINARY, SAMPLE, serverOptions, spooled } from './test-server.ts';

const running: RunningServer[] = [];
const start = async (host = '127.0.0.1', port = 0): Promise<RunningServer> => {
  const server = await startServer({ ...serverOptions, host, port });
  running.push(server);
  return server;
};
afterEach(() => Promise.all(running.splice(0).map((server) => server.close())));

const upload = (
  server: RunningServer,
  body: Uint8Array<ArrayBuffer> | ReadableStream,
  query = '',
) =>
  fetch(`${server.url}/v1/captures${query}`, {
    method: 'POST',
    body,
    headers: { 'content-type': BINARY },
    duplex: 'half',
  });

const sample = new Uint8Array(readFileSync(SAMPLE));

const endless = (): ReadableStream =>
  new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      controller.enqueue(sample.subarray(0, 1000));
    },
  });

describe('a server that listens', () => {
  it('judges a capture that comes in pieces of unknown number', async () => {
    const server = await start();
    const pieces = Array.from({ length: Math.ceil(sample.length / 50_000) }, (_, i) =>
      sample.subarray(i * 50_000, (i + 1) * 50_000),
    );
    const stream = Readable.toWeb(Readable.from(pieces)) as ReadableStream;
    const whole = await upload(server, sample, '?wait=true');
    const streamed = await upload(server, stream, '?wait=true');
    const verdicts = ((await whole.json()) as { verdicts: unknown[] }).verdicts;
    expect(verdicts.length).toBeGreaterThan(0);
    expect(((await streamed.json()) as { verdicts: unknown[] }).verdicts).toEqual(verdicts);
  });

  it.each([{ 'content-length': 2 ** 25 }, { 'transfer-encoding': 'chunked' }])(
    'lets a client that sends all before it reads know that its upload is too large: %j',
    async (headers) => {
      const server = await start();
      const client = request(`${server.url}/v1/captures`, {
        method: 'POST',
        headers: { ...headers, 'content-type': BINARY },
      });
      const sent = once(client, 'finish');
      client.end(Buffer.alloc(2 ** 25));
      const [answer] = (await once(client, 'response')) as [IncomingMessage];
      expect(answer.statusCode).toBe(413);
      expect(await json(answer)).toMatchObject({ error: { code: 'TOO_LARGE' } });
      await sent;
      expect(spooled()).toEqual([]);
    },
  );

  it('keeps answering while it reads', async () => {
    const server = await start();
    const judged = upload(server, sample, '?wait=true');
    const order: string[] = [];
    const end = judged.then(({ status }) => order.push(`judged ${status}`));
    for (let i = 0; i < 5; i++) {
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
      order.push('healthy');
    }
    await end;
    expect(order).toEqual([...Array<string>(5).fill('healthy'), 'judged 200']);
  });

  it('leaves nothing behind of an upload that breaks off', async () => {
    const server = await start();
    const control = new AbortController();
    const broken = fetch(`${server.url}/v1/captures`, {
      method: 'POST', body: endless(), headers: { 'content-type': BINARY }, duplex: 'half', signal: control.signal,
    }); // prettier-ignore
    await expect.poll(() => spooled().length).toBe(1);
    control.abort();
    await expect(broken).rejects.toThrow();
    await expect.poll(() => spooled().length).toBe(0);
  });

  it('stops though an upload never ends', async () => {
    const server = await start();
    const pending = upload(server, endless()).catch(() => 'dropped');
    await expect.poll(() => spooled().length).toBe(1);
    await server.close();
    expect(await pending).toBe('dropped');
    expect(spooled()).toEqual([]);
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  });
});

describe('a server that cannot listen', () => {
  it('says in one line that the port is in use', async () => {
    const port = Number(new URL((await start()).url).port);
    await expect(start('127.0.0.1', port)).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      line: `127.0.0.1:${port} is in use: choose another with --port`,
    });
  });

  it('says in one line that the address is not of this machine', async () => {
    await expect(start('192.0.2.1', 0)).rejects.toMatchObject({
      line: '192.0.2.1:0 is no address of this machine: choose another with --host',
    });
  });
});
