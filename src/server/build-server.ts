import { Readable } from 'node:stream';
import swagger from '@fastify/swagger';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { z } from 'zod';
import { FEATURES, schemaHash, SCHEMA_VERSION } from '../host/feature-schema.ts';
import { HostTable } from '../host/host-table.ts';
import { toVerdictLine } from '../report/ndjson.ts';
import { rankVerdicts } from '../report/ranking.ts';
import { reportFormats } from '../report/report-formats.ts';
import type { Report } from '../report/report.ts';
import { judgeHosts } from '../score/judge.ts';
import type { ModelBundle } from '../score/model-bundle.ts';
import type { Verdict } from '../score/verdict.ts';
import { CaptureJobs, QueueFull, UploadTooLarge, type CaptureJob } from './capture-jobs.ts';
import { PAGE, PAGE_POLICY } from './page.ts';
import * as wire from './schemas.ts';
import { ScoreRequestError, scoreBody } from './score-body.ts';

export interface ServerOptions {
  readonly model: ModelBundle;
  /** Bytes that one upload may have. */
  readonly maxUploadBytes: number;
  /** What `/openapi.json` says the version is. */
  readonly version: string;
}

/** A refusal with its status, for the handlers of routes. */
class HttpError extends Error {
  readonly statusCode: number;
  readonly code: string;

  constructor(statusCode: number, code: string, message: string) {
    super(message);
    this.statusCode = statusCode;
    this.code = code;
  }
}

const BINARY = 'application/octet-stream';
const MAX_SCORE_BYTES = 32 * 1024 * 1024;

/** The scoring API and its page, not yet listening: `inject` requests, or `listen`. */
export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const app = fastify({ bodyLimit: MAX_SCORE_BYTES }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((_, reply) =>
    refuse(reply, 404, 'NOT_FOUND', 'no such route: see /openapi.json'),
  );
  app.addHook('onSend', async (_, reply) => {
    void reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-store');
  });
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'rapsheet', version: options.version } },
    transform: jsonSchemaTransform,
  });
  addStatusRoutes(app, options);
  addScoreRoute(app, options.model);
  await app.register((scope, _, done) => {
    addCaptureRoutes(scope, options);
    done();
  });
  await app.ready();
  return app;
}

function addStatusRoutes(server: FastifyInstance, { model }: ServerOptions): void {
  const app = server.withTypeProvider<ZodTypeProvider>();
  const ok = { schema: { response: { 200: z.object({ status: z.literal('ok') }) } } };
  app.get('/healthz', ok, () => ({ status: 'ok' as const }));
  app.get('/readyz', ok, () => ({ status: 'ok' as const }));
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  app.get('/', { schema: { hide: true } }, (_, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', PAGE_POLICY)
      .send(PAGE),
  );
  app.get('/v1/model', { schema: { response: { 200: wire.modelResponse } } }, () => ({
    id: model.id,
    card: { ...model.parts.card },
  }));
  app.get('/v1/schema', { schema: { response: { 200: wire.schemaResponse } } }, () => ({
    schema: schemaHash,
    version: SCHEMA_VERSION,
    features: FEATURES.map(({ name, group, unit, definition, needs, logScaled }) => ({
      name, group, unit, definition, logScaled, needs: needs ?? null,
    })), // prettier-ignore
  }));
}

function addScoreRoute(server: FastifyInstance, model: ModelBundle): void {
  const app = server.withTypeProvider<ZodTypeProvider>();
  app.addContentTypeParser(BINARY, { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  app.post(
    '/v1/score',
    {
      schema: {
        description: `Vectors, plain features or flows as JSON; or, as ${BINARY}, an encoded table of host profiles.`,
        body: z.union([wire.scoreRequest, z.custom<Buffer>((body) => body instanceof Buffer)]),
        response: { 200: wire.scoreResponse, 400: wire.failure },
      },
    },
    (request) => {
      const { body } = request;
      const verdicts =
        body instanceof Buffer
          ? judgeHosts(decodeTable(body), model).map(toWireVerdict)
          : scoreBody(body as z.infer<typeof wire.scoreRequest>, model);
      return { model: model.id, schema: schemaHash, verdicts };
    },
  );
}

function addCaptureRoutes(scope: FastifyInstance, { model, maxUploadBytes }: ServerOptions): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  const jobs = new CaptureJobs(model, maxUploadBytes);
  app.removeAllContentTypeParsers();
  // Only what a page of another site cannot send without asking first (CORS): any other type is 415.
  app.addContentTypeParser(BINARY, (_, payload, done) => done(null, payload));
  app.post(
    '/v1/captures',
    {
      bodyLimit: maxUploadBytes,
      schema: {
        description: 'The bytes of a capture or log, of any type rapsheet recognises, as the body.',
        querystring: z.object({
          wait: z.stringbool().default(false).describe('answer with the finished job'),
        }),
        response: {
          200: wire.job,
          202: wire.job,
          400: wire.failure,
          413: wire.failure,
          429: wire.failure,
        },
      },
    },
    async (request, reply) => {
      if (!(request.body instanceof Readable)) {
        throw new HttpError(400, 'EMPTY_INPUT', 'send the bytes of a capture or log as the body');
      }
      const job = await jobs.start(request.body);
      if (request.query.wait) await job.finished;
      return reply
        .code(request.query.wait ? 200 : 202)
        .header('location', `/v1/jobs/${job.id}`)
        .send(toWireJob(job));
    },
  );
  const params = z.object({ id: z.uuid() });
  app.get(
    '/v1/jobs/:id',
    { schema: { params, response: { 200: wire.job, 404: wire.failure } } },
    (request) => {
      const job = jobs.get(request.params.id);
      if (job === undefined)
        throw new HttpError(404, 'NOT_FOUND', 'no such job, or forgotten: the last 100 are kept');
      return toWireJob(job);
    },
  );
  app.get('/v1/jobs/:id/report', { schema: { params } }, (request, reply) => {
    const job = jobs.get(request.params.id);
    if (job?.result === undefined)
      throw new HttpError(404, 'NOT_FOUND', 'no such job, or not done');
    const html = [...reportFormats.get('html')!.render(toReport(job, model))].join('');
    return reply.type('text/html; charset=utf-8').send(html);
  });
}

function toReport(job: CaptureJob, model: ModelBundle): Report {
  const { verdicts = [], skips = new Map<string, number>(), missing = [] } = job.result ?? {};
  const context = { inputs: ['upload'], model: model.id, skipped: skips, missing, generatedAt: '' };
  return { verdicts, context };
}

function decodeTable(bytes: Uint8Array): HostTable {
  try {
    return HostTable.decode(bytes);
  } catch (cause) {
    throw new ScoreRequestError((cause as Error).message, { cause });
  }
}

/** The shape that NDJSON output has, with a `detail` in every behaviour. */
function toWireVerdict(verdict: Verdict): z.infer<typeof wire.verdict> {
  return {
    ...(toVerdictLine(verdict) as z.infer<typeof wire.verdict>),
    labels: verdict.labels.map((l) => ({ ...l })),
  };
}

function toWireJob(job: CaptureJob): z.infer<typeof wire.job> {
  const verdicts = job.result?.verdicts ?? [];
  const context = {
    inputs: [],
    model: '',
    skipped: new Map<string, number>(),
    missing: [],
    generatedAt: '',
  };
  return {
    id: job.id,
    state: job.state,
    bytes: job.bytes,
    ...(job.error === undefined ? {} : { error: job.error }),
    skipped: Object.fromEntries(job.result?.skips ?? []),
    verdicts: rankVerdicts({ verdicts, context }, {}, Infinity).shown.map(toWireVerdict),
  };
}

function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).send({ error: { code, message } });
}

function answerError(error: FastifyError, _: unknown, reply: FastifyReply): FastifyReply {
  if (error instanceof HttpError) return refuse(reply, error.statusCode, error.code, error.message);
  if (error instanceof ScoreRequestError) return refuse(reply, 400, 'BAD_REQUEST', error.message);
  if (error instanceof UploadTooLarge)
    return refuse(reply, 413, 'TOO_LARGE', 'the upload is larger than this server takes');
  if (error instanceof QueueFull)
    return refuse(reply, 429, 'BUSY', 'too many captures wait: try again later');
  const status = error.statusCode ?? 500;
  if (status >= 500) return refuse(reply, 500, 'INTERNAL', 'something went wrong inside');
  return refuse(reply, status, error.code, error.message);
}
