import swagger from '@fastify/swagger';
import fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { ModelBundle } from '../score/model-bundle.ts';
import { addCaptureRoutes } from './capture-routes.ts';
import { errorHandler, HttpError, issuesError } from './http-error.ts';
import { methodNotAllowed } from './method-not-allowed.ts';
import { openapiOptions } from './openapi.ts';
import { addScoreRoute } from './score-route.ts';
import { addStatusRoutes } from './status-routes.ts';

export interface ServerOptions {
  readonly model: ModelBundle;
  /** Bytes that one upload may have. */
  readonly maxUploadBytes: number;
  /** What `/openapi.json` says the version is. */
  readonly version: string;
  /** Hears of errors that are our fault; the client is told only that there was one. */
  readonly onUnexpected: (error: unknown) => void;
}

/** A request that has not come in whole by then is dropped: it may be a large capture on a slow line. */
const REQUEST_MS = 30 * 60_000;

/** Of every answer: what came is what it says it is, stays with who asked, and tells nobody where it was. */
const HEADERS = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

/** The scoring API and its page, not yet listening: `inject` requests, or `listen`. */
export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const app = fastify({
    requestTimeout: REQUEST_MS,
    schemaErrorFormatter: issuesError,
    frameworkErrors: (error, request, reply) => {
      errorHandler(options.onUnexpected)(error, request, reply);
    },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(errorHandler(options.onUnexpected));
  app.setNotFoundHandler(() => {
    throw new HttpError(404, 'NOT_FOUND', 'no such route: see /openapi.json');
  });
  app.addHook('onSend', (_, reply, payload, done) => {
    void reply.headers(HEADERS);
    done(null, payload);
  });
  const refuseOtherMethods = methodNotAllowed(app);
  await app.register(swagger, openapiOptions(options.version));
  addStatusRoutes(app, options.model);
  for (const add of [addScoring, addCaptureRoutes]) {
    await app.register((scope, _, done) => {
      add(scope, options);
      done();
    });
  }
  refuseOtherMethods();
  await app.ready();
  return app;
}

function addScoring(scope: FastifyInstance, { model }: ServerOptions): void {
  addScoreRoute(scope, model);
}
