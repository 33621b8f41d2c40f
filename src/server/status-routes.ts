import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { FEATURES, SCHEMA_VERSION, schemaHash } from '../host/feature-schema.ts';
import type { ModelBundle } from '../score/model-bundle.ts';
import { PAGE, PAGE_POLICY } from './page.ts';
import * as wire from './schemas.ts';

/** What the server is and whether it is well, and the page. */
export function addStatusRoutes(server: FastifyInstance, model: ModelBundle): void {
  const app = server.withTypeProvider<ZodTypeProvider>();
  const answering = (summary: string, answer: typeof wire.status) => ({
    schema: { summary, response: { 200: answer } },
  });
  app.get('/healthz', answering('The server runs', wire.status), () => ({ status: 'ok' as const }));
  app.get('/readyz', answering('The model is loaded', wire.status), () => ({
    status: 'ok' as const,
  }));
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  app.get('/', { schema: { hide: true } }, (_, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', PAGE_POLICY)
      .send(PAGE),
  );
  app.get(
    '/v1/model',
    { schema: { summary: 'The model and its card', response: { 200: wire.modelResponse } } },
    () => ({ id: model.id, card: { ...model.parts.card } }),
  );
  app.get(
    '/v1/schema',
    { schema: { summary: 'The features of a vector', response: { 200: wire.schemaResponse } } },
    () => ({
      schema: schemaHash,
      version: SCHEMA_VERSION,
      features: FEATURES.map(({ name, group, unit, definition, needs, logScaled }) => ({
        name, group, unit, definition, logScaled, needs: needs ?? null,
      })), // prettier-ignore
    }),
  );
}
