import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { schemaHash } from '../host/feature-schema.ts';
import { skipWords } from '../job/skip-words.ts';
import { reportFormats } from '../report/report-formats.ts';
import type { Report } from '../report/report.ts';
import { sendLines, wantsLines } from './lines.ts';
import { CaptureJobs, type CaptureJob, type CaptureJobsOptions } from './capture-jobs.ts';
import { HttpError } from './http-error.ts';
import { anyBytes, BINARY, NDJSON } from './openapi.ts';
import * as wire from './schemas.ts';
import { tooLarge } from './spool-upload.ts';
import { toWireVerdict, type WireVerdict } from './wire-verdict.ts';

const top = z.coerce
  .number()
  .int()
  .min(0)
  .max(10_000)
  .default(1000)
  .describe('so many verdicts at most');

const answers = {
  description: 'The job; with `accept: application/x-ndjson` all its verdicts, one a line.',
  content: {
    'application/json': { schema: wire.jobResponse },
    [NDJSON]: { schema: wire.verdict },
  },
};

const page = {
  description: 'A page that needs nothing else.',
  content: { 'text/html': { schema: z.string() } },
};

/** Captures and logs in, jobs and their verdicts out. */
export function addCaptureRoutes(server: FastifyInstance, options: CaptureJobsOptions): void {
  const jobs = new CaptureJobs(options);
  server.addHook('preClose', () => jobs.stop());
  addUpload(server, jobs, options);
  addJobs(server, jobs, options.model.id);
}

function addUpload(server: FastifyInstance, jobs: CaptureJobs, options: CaptureJobsOptions): void {
  const app = server.withTypeProvider<ZodTypeProvider>();
  app.removeAllContentTypeParsers();
  // No other type: a page of another site can send those to this machine without asking (CORS preflight).
  app.addContentTypeParser(BINARY, (_, payload, done) => done(null, payload));
  app.post(
    '/v1/captures',
    {
      schema: {
        summary: 'Judge the hosts of a capture or log',
        description:
          'The body is the file as it is, of any kind rapsheet knows; gzip and zstd too.',
        querystring: z.strictObject({
          wait: z.stringbool().default(false).describe('answer with the finished job'),
          name: z.string().max(255).default('upload').describe('what the report calls it'),
          top,
        }),
        body: { content: { [BINARY]: { schema: anyBytes } } },
        response: { 200: answers, 202: wire.jobAccepted, '4xx': wire.failure, '5xx': wire.failure },
      },
      onRequest: (request, _, done) => {
        const stated = Number(request.headers['content-length']);
        done(stated > options.maxUploadBytes ? tooLarge(options.maxUploadBytes) : undefined);
      },
    },
    async (request, reply) => {
      if (!(request.body instanceof Readable)) {
        throw new HttpError(400, 'EMPTY_INPUT', `send the bytes of a capture or log as ${BINARY}`);
      }
      const { job, finished } = await jobs.start(request.body, request.query.name);
      void reply.header('location', urlOf(job));
      if (!request.query.wait)
        return reply.code(202).send({ job: { id: job.id, url: urlOf(job) } });
      await finished;
      if (job.error !== undefined) throw failed(job.error);
      answer(request, reply, job, options.model.id, request.query.top);
      return reply;
    },
  );
}

function addJobs(server: FastifyInstance, jobs: CaptureJobs, model: string): void {
  const app = server.withTypeProvider<ZodTypeProvider>();
  const params = z.object({ id: z.string().max(64) });
  const find = (id: string): CaptureJob => {
    const job = jobs.get(id);
    if (job !== undefined) return job;
    throw new HttpError(404, 'NOT_FOUND', 'no such job: only the last ones are kept');
  };
  const response = { 200: answers, '4xx': wire.failure };
  app.get(
    '/v1/jobs/:id',
    {
      schema: {
        summary: 'How far a job is, and its verdicts',
        params,
        querystring: z.strictObject({ top }),
        response,
      },
    },
    (request, reply) => {
      answer(request, reply, find(request.params.id), model, request.query.top);
    },
  );
  app.get(
    '/v1/jobs/:id/report',
    {
      schema: {
        summary: 'The report of a finished job, as a page',
        params,
        response: { 200: page, '4xx': wire.failure },
      },
    },
    (request, reply) => {
      sendReport(reply, resultOf(find(request.params.id)));
    },
  );
}

function sendReport(reply: FastifyReply, report: Report): void {
  // Whatever the traffic smuggled into it, it may not act for this server.
  void reply.header('content-security-policy', "sandbox allow-scripts; frame-ancestors 'self'");
  const { context } = report;
  const skipped = new Map([...context.skipped].map(([reason, n]) => [skipWords(reason, n), n]));
  const pieces = reportFormats.get('html')!.render({ ...report, context: { ...context, skipped } });
  void reply.type('text/html; charset=utf-8').send(Readable.from(pieces));
}

function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  job: CaptureJob,
  model: string,
  top: number,
): void {
  if (wantsLines(request)) sendLines(reply, eachWire(resultOf(job)));
  else void reply.send(toWireJob(job, model, top));
}

function* eachWire(report: Report): Generator<WireVerdict> {
  for (const verdict of report.verdicts) yield toWireVerdict(verdict);
}

function resultOf(job: CaptureJob): Report {
  if (job.error !== undefined) throw failed(job.error);
  if (job.result !== undefined) return job.result;
  throw new HttpError(409, 'NOT_DONE', `the job is ${job.state}: ask ${urlOf(job)} how far it is`);
}

/** The upload is what is wrong, unless the server was. */
function failed({ code, message }: NonNullable<CaptureJob['error']>): HttpError {
  const status = code === 'INTERNAL' ? 500 : code === 'STOPPING' ? 503 : 422;
  return new HttpError(status, code, message);
}

function urlOf(job: CaptureJob): string {
  return `/v1/jobs/${job.id}`;
}

function toWireJob(job: CaptureJob, model: string, top: number): z.infer<typeof wire.jobResponse> {
  const { id, name, state, bytes, totalBytes, error, result } = job;
  const url = urlOf(job);
  const described = { id, url, name, state, bytes, totalBytes };
  const about = { model, schema: schemaHash };
  if (error !== undefined) return { job: { ...described, error }, ...about };
  if (result === undefined) return { job: described, ...about };
  return {
    job: { ...described, report: `${url}/report` },
    ...about,
    skipped: Object.fromEntries(result.context.skipped),
    missing: [...result.context.missing],
    verdicts: result.verdicts.slice(0, top).map(toWireVerdict),
    leftOut: Math.max(0, result.verdicts.length - top),
  };
}
