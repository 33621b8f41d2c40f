import fc from 'fast-check';
import type { LightMyRequestResponse } from 'fastify';
import { describe, expect, it } from 'vitest';
import type { Flow } from '../../src/flow/flow.ts';
import { FEATURES, hostVectors, plainValue, schemaHash } from '../../src/host/feature-schema.ts';
import { HostTable } from '../../src/host/host-table.ts';
import { profileInputs } from '../../src/job/profile-inputs.ts';
import { judgeHosts, judgeVector } from '../../src/score/judge.ts';
import { BINARY, failureOf, NDJSON, SAMPLE, serverOptions, testServer } from './test-server.ts';

const { send } = testServer();
const { model } = serverOptions;

const score = (payload: object | string | Buffer, headers: Record<string, string> = {}) =>
  send({ method: 'POST', url: '/v1/score', payload, headers });

interface Answer {
  readonly verdicts: readonly { readonly host?: string; readonly label: string }[];
}
const verdictsOf = (answer: LightMyRequestResponse) => answer.json<Answer>().verdicts;

/** A hundred unanswered SYNs to as many addresses. */
const scan: Flow[] = Array.from({ length: 100 }, (_, i) => ({
  startUs: 1e15 + i * 1000, endUs: 1e15 + i * 1000, originator: '10.0.0.7', responder: `10.1.0.${i}`,
  originatorPort: 40000 + i, responderPort: 445, protocol: 6, service: '', connState: 'S0', history: 'S', established: false,
  originatorPackets: 1, responderPackets: 0, originatorIpBytes: 44, responderIpBytes: 0, originatorBytes: 0, responderBytes: 0,
})); // prettier-ignore

function tableOf(flows: readonly Flow[]): HostTable {
  const table = new HostTable();
  table.visibility({
    packets: true, connState: true, history: true, dns: false, http: false, tls: false, ssh: false,
  }); // prettier-ignore
  for (const flow of flows) table.flow(flow);
  return table;
}

/** What JSON makes of it: NaN is null. */
const inJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('POST /v1/score with flows', () => {
  it('judges a sweep of unanswered SYNs as a scan, as the road does', async () => {
    const answer = await score({ flows: scan });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ model: model.id, schema: schemaHash });
    expect(verdictsOf(answer)).toEqual(inJson(judgeHosts(tableOf(scan), model)));
    expect(verdictsOf(answer)).toMatchObject([{ host: '10.0.0.7', label: 'scan' }]);
  });

  it('takes addresses in any form and what is not said as missing', async () => {
    const flow = {
      startUs: 1e15, endUs: 1e15, protocol: 17, originator: '2001:DB8:0:0::1', responder: '::ffff:10.0.0.1',
    }; // prettier-ignore
    const verdicts = verdictsOf(await score({ flows: [flow] }));
    const verdict = verdicts.find(({ host }) => host === '2001:db8::1');
    expect(verdict).toMatchObject({
      host: '2001:db8::1',
      observed: { flows: 1, packets: null, bytes: null },
      missing: ['packets', 'connState', 'history', 'dns', 'http', 'tls', 'ssh', 'payload'],
    });
    expect(JSON.stringify(verdict)).toContain('10.0.0.1');
  });

  it.each([
    ['SF', '', true],
    ['S0', '', false],
    ['RSTO', 'ShR', false],
    ['RSTO', 'ShADR', true],
  ])(
    'knows by %s and "%s" whether the source is proven: %s',
    async (connState, history, proven) => {
      const flow = { ...scan[0]!, connState, history, established: undefined };
      const verdicts = verdictsOf(await score({ flows: [flow] }));
      expect(verdicts.find(({ host }) => host === '10.0.0.7')).toMatchObject({
        sourceProven: proven,
      });
    },
  );

  it.each([
    ['a flow that ends before it starts', { endUs: 1 }, 'flows.0.endUs: expected at least startUs'],
    ['a name for an address', { originator: 'server' }, 'flows.0.originator: expected an IP address, got "server"'],
    ['a port out of range', { responderPort: 65_536 }, 'flows.0.responderPort'],
    ['half a packet', { originatorPackets: 0.5 }, 'flows.0.originatorPackets'],
    ['a text for a number', { startUs: '1' }, 'flows.0.startUs'],
    ['an unknown state', { connState: 'S9' }, 'flows.0.connState'],
    ['an unknown field', { colour: 1 }, '"colour"'],
  ])('refuses %s', async (_, change, message) => {
    const answer = await score({ flows: [{ ...scan[0]!, ...change }] });
    expect(answer.statusCode).toBe(400);
    expect(failureOf(answer).message).toContain(message);
  }); // prettier-ignore

  it('names the first few of many mistakes', async () => {
    const answer = await score({ flows: scan.map((flow) => ({ ...flow, protocol: -1 })) });
    expect(failureOf(answer).message).toMatch(/^flows\.0\.protocol: .*; and 97 more$/);
  });
});

describe('POST /v1/score with vectors and features', () => {
  it('judges the vectors of real hosts as the road does, null being missing', async () => {
    const { table } = await profileInputs([SAMPLE]);
    const vectors = [...hostVectors(table)].slice(0, 8).map(({ vector }) => vector);
    const expected = vectors.map((vector) => judgeVector(vector, model));
    const rows = vectors.map((vector) => [...vector]);
    const byVector = await score({ schema: schemaHash, vectors: rows });
    expect(verdictsOf(byVector)).toEqual(inJson(expected));
    const features = vectors.map((vector) =>
      Object.fromEntries(FEATURES.map((f, i) => [f.name, plainValue(f, vector[i]!)])),
    );
    const labels = verdictsOf(await score({ features })).map(({ label }) => label);
    expect(labels).toEqual(expected.map(({ label }) => label));
  });

  it('takes an absent feature as missing', async () => {
    const nothing = new Array<null>(FEATURES.length).fill(null);
    const byVector = await score({ schema: schemaHash, vectors: [nothing] });
    expect(verdictsOf(byVector)).toHaveLength(1);
    expect(verdictsOf(await score({ features: [{}] }))).toEqual(verdictsOf(byVector));
  });

  const logScaled = FEATURES.find((feature) => feature.logScaled)!.name;
  it.each([
    ['another schema', { vectors: [[1]], schema: 'ffff' }, `schema: expected ${schemaHash}, got ffff`],
    ['another schema of features', { features: [{}], schema: 'ffff' }, 'schema: expected'],
    ['vectors without a schema', { vectors: [[1]] }, 'schema: expected the hash'],
    ['a short vector', { vectors: [[1]], schema: schemaHash }, `vectors.0: expected ${FEATURES.length} numbers, got 1`],
    ['a text in a vector', { vectors: [['1']], schema: schemaHash }, 'vectors.0.0: '],
    ['no vector', { vectors: [], schema: schemaHash }, 'vectors: '],
    ['an unknown feature', { features: [{ colour: 1 }] }, 'features.0.colour: no such feature'],
    ['a feature that every object has', { features: [{ toString: 1 }] }, 'features.0.toString: no such feature'],
    ['a negative count', { features: [{ [logScaled]: -1 }] }, `features.0.${logScaled}: expected at least 0`],
    ['nothing', {}, 'exactly one of vectors, features, flows'],
    ['two things', { features: [{}], flows: [scan[0]] }, 'exactly one of'],
    ['a misspelt one', { vector: [[1]] }, '"vector"'],
  ])('refuses %s', async (_, body, message) => {
    const answer = await score(body);
    expect(answer.statusCode).toBe(400);
    expect(failureOf(answer).code).toBe('BAD_REQUEST');
    expect(failureOf(answer).message).toContain(message);
  }); // prettier-ignore

  it('refuses a number that JSON can write and a double cannot hold', async () => {
    const answer = await score(`{"features":[{"${logScaled}":1e999}]}`, {
      'content-type': 'application/json',
    });
    expect([answer.statusCode, failureOf(answer).code]).toEqual([400, 'BAD_REQUEST']);
  });
});

describe('POST /v1/score with an encoded table of profiles', () => {
  const encoded = Buffer.from(tableOf(scan.slice(0, 12)).encode());

  it('judges it as it judges its flows', async () => {
    const binary = await score(encoded, { 'content-type': BINARY });
    expect(binary.statusCode).toBe(200);
    expect(binary.json()).toEqual((await score({ flows: scan.slice(0, 12) })).json());
  });

  it('answers hostile bytes with verdicts or with 400, never with an error of its own', async () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.nat(encoded.length).map((length) => encoded.subarray(0, length)),
      fc
        .array(fc.tuple(fc.nat(encoded.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
        .map((changes) => {
          const bytes = Buffer.from(encoded);
          for (const [at, value] of changes) bytes[at] = value;
          return bytes;
        }),
    );
    await fc.assert(
      fc.asyncProperty(hostile, async (bytes) => {
        const answer = await score(Buffer.from(bytes), { 'content-type': BINARY });
        expect([200, 400]).toContain(answer.statusCode);
        if (answer.statusCode === 400) failureOf(answer);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses more hosts than one answer holds', async () => {
    const sources = Array.from({ length: 20_001 }, (_, i) => ({
      ...scan[0]!, originator: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, responder: '192.0.2.1',
    })); // prettier-ignore
    const bytes = Buffer.from(tableOf(sources).encode());
    const answer = await score(bytes, { 'content-type': BINARY });
    expect([answer.statusCode, failureOf(answer).code]).toEqual([413, 'TOO_LARGE']);
  });
});

describe('POST /v1/score', () => {
  it.each([NDJSON, 'application/ndjson;q=1, */*;q=0.1', `application/json;q=0.5, ${NDJSON}`])(
    'answers one verdict a line to accept: %s',
    async (accept) => {
      const lines = await score({ flows: scan }, { accept });
      expect(lines.headers['content-type']).toBe(NDJSON);
      expect(lines.body.endsWith('\n')).toBe(true);
      const verdicts = lines.body.trimEnd().split('\n').map((line) => JSON.parse(line) as unknown);
      expect(verdicts).toEqual(verdictsOf(await score({ flows: scan })));
    },
  ); // prettier-ignore

  it('answers a refusal as JSON whatever was accepted', async () => {
    expect(failureOf(await score({}, { accept: NDJSON })).code).toBe('BAD_REQUEST');
  });

  it.each([
    ['broken JSON', '{', 'application/json', 400, 'BAD_REQUEST'],
    ['null', 'null', 'application/json', 400, 'BAD_REQUEST'],
    ['a prototype', '{"__proto__":{}}', 'application/json', 400, 'BAD_REQUEST'],
    ['an empty table', '', BINARY, 400, 'BAD_REQUEST'],
    ['another content type', 'a,b', 'text/csv', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a form', 'a=b', 'application/x-www-form-urlencoded', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['33 MiB', Buffer.alloc(33 * 2 ** 20), BINARY, 413, 'TOO_LARGE'],
  ])('refuses %s', async (_, body, type, status, code) => {
    const answer = await score(body, { 'content-type': type });
    expect([answer.statusCode, failureOf(answer).code]).toEqual([status, code]);
  });

  it('refuses a request without a body', async () => {
    const answer = await send({ method: 'POST', url: '/v1/score' });
    expect([answer.statusCode, failureOf(answer).message]).toEqual([
      400,
      'expected a body of JSON or application/octet-stream, got nothing',
    ]);
  });
});
