import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schemaHash, FEATURES } from '../../src/host/feature-schema.ts';
import { HostTable } from '../../src/host/host-table.ts';
import { loadModel } from '../../src/job/load-model.ts';
import { profileInputs } from '../../src/job/profile-inputs.ts';
import { buildServer } from '../../src/server/build-server.ts';
import { startServer } from '../../src/server/start-server.ts';
import { readFileSync } from 'node:fs';

const SAMPLE = 'datasets/sample.pcap';
const options = { model: loadModel(), maxUploadBytes: 2e6, version: '0.0.0' };

let app: FastifyInstance;
beforeAll(async () => {
  app = await buildServer(options);
});
afterAll(() => app.close());

const post = (url: string, payload: string | Buffer | object, type?: string) =>
  app.inject({
    method: 'POST',
    url,
    payload,
    ...(type ? { headers: { 'content-type': type } } : {}),
  });

const BINARY = 'application/octet-stream';
/** A hundred unanswered SYNs to as many addresses. */
const scan = Array.from({ length: 100 }, (_, i) => ({
  startUs: 1e15 + i * 1000, endUs: 1e15 + i * 1000, originator: '10.0.0.7', responder: `10.1.0.${i}`,
  originatorPort: 40000 + i, responderPort: 445, protocol: 6, connState: 'S0', history: 'S',
  originatorPackets: 1, responderPackets: 0, originatorIpBytes: 44, responderIpBytes: 0, originatorBytes: 0, responderBytes: 0,
})); // prettier-ignore

describe('status routes', () => {
  it.each(['/healthz', '/readyz'])('%s says ok', async (url) => {
    expect((await app.inject(url)).json()).toEqual({ status: 'ok' });
  });

  it('the model shows its card and the schema every feature', async () => {
    expect((await app.inject('/v1/model')).json()).toMatchObject({
      id: 'default@1',
      card: { schema: schemaHash },
    });
    const schema = (await app.inject('/v1/schema')).json<{ features: unknown[] }>();
    expect(schema.features).toHaveLength(FEATURES.length);
  });

  it('the OpenAPI document describes the routes', async () => {
    const { paths } = (await app.inject('/openapi.json')).json<{ paths: object }>();
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['/v1/score', '/v1/captures', '/v1/jobs/{id}']),
    );
  });

  it('the page allows no code but its own', async () => {
    const page = await app.inject('/');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.body).toContain('<title>rapsheet</title>');
  });

  it('an unknown route is a JSON error', async () => {
    const answer = await app.inject('/nothing');
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });
});

describe('POST /v1/score', () => {
  it('judges flows: a sweep of unanswered SYNs is a scan', async () => {
    const answer = await post('/v1/score', { flows: scan });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      model: 'default@1',
      schema: schemaHash,
      verdicts: [{ host: '10.0.0.7', label: 'scan' }],
    });
  });

  it('judges an encoded table of profiles as it judges its flows', async () => {
    const table = new HostTable();
    table.visibility({
      packets: true,
      connState: true,
      history: true,
      dns: false,
      http: false,
      tls: false,
      ssh: false,
    });
    for (const flow of scan)
      table.flow({ ...flow, service: '', connState: 'S0', established: false });
    const binary = await post('/v1/score', Buffer.from(table.encode()), BINARY);
    const json = await post('/v1/score', { flows: scan });
    expect(binary.json()).toEqual(json.json());
  });

  it('judges vectors of this schema, null being missing, and features by name', async () => {
    const vector = new Array(FEATURES.length).fill(null);
    const byVector = await post('/v1/score', { vectors: [vector], schema: schemaHash });
    const byName = await post('/v1/score', { features: [{}] });
    expect(byVector.statusCode).toBe(200);
    expect(byVector.json()).toEqual(byName.json());
  });

  it.each([
    ['another schema', { vectors: [[1]], schema: 'ffff' }, 'schema: expected'],
    [
      'a short vector',
      { vectors: [[1]], schema: schemaHash },
      `expected ${FEATURES.length} numbers, got 1`,
    ],
    ['an unknown feature', { features: [{ colour: 1 }] }, 'no feature is called colour'],
    ['a negative count', { features: [{ flows: -1 }] }, 'at least 0'],
    [
      'a flow that ends before it starts',
      { flows: [{ ...scan[0], endUs: 1 }] },
      'ends before it starts',
    ],
  ])('refuses %s in words', async (_, body, message) => {
    const answer = await post('/v1/score', body);
    expect(answer.statusCode).toBe(400);
    expect(answer.json<{ error: { message: string } }>().error.message).toContain(message);
  });

  it.each([
    ['an empty request', '{}', 'application/json', 400],
    ['broken JSON', '{', 'application/json', 400],
    ['bytes that are no profiles', 'hello', BINARY, 400],
    ['another content type', 'a,b', 'text/csv', 415],
  ])('refuses %s', async (_, body, type, status) => {
    const answer = await post('/v1/score', body, type);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toHaveProperty('error.code');
  });
});

describe('POST /v1/captures', () => {
  it('answers with the verdicts when asked to wait, the same hosts as from the file', async () => {
    const answer = await post('/v1/captures?wait=true', readFileSync(SAMPLE), BINARY);
    expect(answer.statusCode).toBe(200);
    const job = answer.json<{ id: string; state: string; verdicts: { host: string }[] }>();
    expect(job.state).toBe('done');
    const { table } = await profileInputs([SAMPLE]);
    for (const { host } of job.verdicts) if (host !== '*') expect(table.get(host)).toBeDefined();
    const report = await app.inject(`/v1/jobs/${job.id}/report`);
    expect(report.headers['content-type']).toContain('text/html');
    expect(report.body).toContain(job.verdicts[0]!.host);
  });

  it('answers with a job to ask for otherwise', async () => {
    const answer = await post('/v1/captures', readFileSync(SAMPLE), BINARY);
    expect(answer.statusCode).toBe(202);
    const { id } = answer.json<{ id: string }>();
    await expect
      .poll(async () => (await app.inject(`/v1/jobs/${id}`)).json<{ state: string }>().state, {
        timeout: 20_000,
      })
      .toBe('done');
  });

  it('says in one line why a job failed, and names no path', async () => {
    const answer = await post('/v1/captures?wait=true', Buffer.from('not a capture'), BINARY);
    const job = answer.json<{ state: string; error: string }>();
    expect(job.state).toBe('failed');
    expect(job.error).toContain('upload');
    expect(job.error).not.toMatch(/\n|\/tmp/);
  });

  it('refuses more than it takes, nothing at all, and unknown jobs', async () => {
    expect((await post('/v1/captures', Buffer.alloc(3e6), BINARY)).statusCode).toBe(413);
    expect((await app.inject({ method: 'POST', url: '/v1/captures' })).statusCode).toBe(400);
    expect((await post('/v1/captures', 'x', 'text/plain')).statusCode).toBe(415);
    expect((await app.inject('/v1/jobs/00000000-0000-4000-8000-000000000000')).statusCode).toBe(
      404,
    );
  });
});

describe('listening', () => {
  it('answers on its port, and a port in use is one line that says what to do', async () => {
    const server = await startServer({ ...options, host: '127.0.0.1', port: 0 });
    const port = Number(new URL(server.url).port);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    await expect(startServer({ ...options, host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      line: `127.0.0.1:${port} is in use: choose another with --port`,
    });
    await server.close();
  });
});
