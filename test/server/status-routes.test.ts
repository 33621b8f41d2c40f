import { describe, expect, it } from 'vitest';
import { FEATURES, schemaHash } from '../../src/host/feature-schema.ts';
import { failureOf, serverOptions, testServer } from './test-server.ts';

const { send } = testServer();

describe('what the server says of itself', () => {
  it.each(['/healthz', '/readyz'])('%s is well', async (url) => {
    const answer = await send({ url });
    expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('the model shows its id and its card', async () => {
    const { model } = serverOptions;
    const shown = (await send({ url: '/v1/model' })).json<unknown>();
    expect(shown).toEqual(JSON.parse(JSON.stringify({ id: model.id, card: model.parts.card })));
  });

  it('the schema lists every feature in the order of a vector', async () => {
    const shown = (await send({ url: '/v1/schema' })).json<{
      schema: string;
      features: { name: string }[];
    }>();
    expect(shown.schema).toBe(schemaHash);
    expect(shown.features.map(({ name }) => name)).toEqual(FEATURES.map(({ name }) => name));
  });
});

interface Operation {
  readonly requestBody?: { readonly content: object };
  readonly responses: Readonly<Record<string, object>>;
}

describe('/openapi.json', () => {
  it('describes every route by its methods, and the bodies by their content types', async () => {
    const { openapi, paths } = (await send({ url: '/openapi.json' })).json<{
      openapi: string;
      paths: Record<string, Record<string, Operation>>;
    }>();
    expect(openapi).toBe('3.1.0');
    const methods = Object.entries(paths).map(([path, item]) => [path, Object.keys(item)]);
    expect(Object.fromEntries(methods)).toEqual({
      '/healthz': ['get'],
      '/readyz': ['get'],
      '/v1/model': ['get'],
      '/v1/schema': ['get'],
      '/v1/score': ['post'],
      '/v1/captures': ['post'],
      '/v1/jobs/{id}': ['get'],
      '/v1/jobs/{id}/report': ['get'],
    });
    const { requestBody, responses } = paths['/v1/score']!['post']!;
    expect(Object.keys(requestBody!.content)).toEqual([
      'application/json',
      'application/octet-stream',
    ]);
    const required = ['startUs', 'endUs', 'originator', 'responder', 'protocol'];
    expect(requestBody!.content).toHaveProperty(
      ['application/json', 'schema', 'properties', 'flows', 'items', 'required'],
      required,
    );
    expect(responses['200']).toMatchObject({
      content: { 'application/json': {}, 'application/x-ndjson': {} },
    });
  });
});

describe('the page', () => {
  it('is one file that may load nothing and run no code but its own', async () => {
    const page = await send({ url: '/' });
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; /);
    expect(page.headers['content-security-policy']).not.toContain('unsafe');
    expect(page.body).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(page.body).not.toMatch(/<[^>]* (on[a-z]+|style)=/);
  });

  it.each(['/', '/v1/model', '/nothing'])('%s has the headers of every answer', async (url) => {
    const { headers } = await send({ url });
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('what is not there', () => {
  it.each([
    ['GET', '/nothing', 404, 'NOT_FOUND'],
    ['POST', '/nothing', 404, 'NOT_FOUND'],
    ['GET', '/%zz', 400, 'BAD_REQUEST'],
    ['GET', '/v1/jobs/00000000-0000-4000-8000-000000000000', 404, 'NOT_FOUND'],
    ['GET', '/v1/jobs/1/report', 404, 'NOT_FOUND'],
    ['GET', '/v1/jobs/1?tpo=3', 400, 'BAD_REQUEST'],
  ] as const)('%s %s', async (method, url, status, code) => {
    const answer = await send({ method, url });
    expect([answer.statusCode, failureOf(answer).code]).toEqual([status, code]);
  });

  it.each([
    ['GET', '/v1/score', 'POST'],
    ['OPTIONS', '/v1/captures', 'POST'],
    ['DELETE', '/v1/jobs/1', 'GET, HEAD'],
    ['POST', '/', 'GET, HEAD'],
  ] as const)('%s %s names the methods that are', async (method, url, allow) => {
    const answer = await send({ method, url });
    expect([answer.statusCode, failureOf(answer).code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
    expect(answer.headers.allow).toBe(allow);
  });
});
