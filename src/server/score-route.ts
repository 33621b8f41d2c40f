import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { schemaHash } from '../host/feature-schema.ts';
import type { ModelBundle } from '../score/model-bundle.ts';
import { badRequest } from './http-error.ts';
import { sendLines, wantsLines } from './lines.ts';
import { anyBytes, BINARY, NDJSON } from './openapi.ts';
import { withPauses } from './pause.ts';
import * as wire from './schemas.ts';
import { scoreBody } from './score-body.ts';
import type { WireScoreVerdict } from './wire-verdict.ts';

const MAX_BODY_BYTES = 32 * 2 ** 20;

/** `POST /v1/score`: verdicts on vectors, features, flows or profiles, in the answer. */
export function addScoreRoute(server: FastifyInstance, model: ModelBundle): void {
  const app = server.withTypeProvider<ZodTypeProvider>();
  app.addContentTypeParser(BINARY, { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  app.post(
    '/v1/score',
    {
      bodyLimit: MAX_BODY_BYTES,
      schema: {
        summary: 'Judge hosts by their vectors, features, flows or profiles',
        description: `JSON with vectors, features or flows; or, as ${BINARY}, an encoded table of host profiles.`,
        body: {
          content: {
            'application/json': { schema: wire.scoreRequest },
            [BINARY]: { schema: anyBytes },
          },
        },
        response: {
          200: {
            description: 'The verdicts; with `accept: application/x-ndjson` one a line.',
            content: {
              'application/json': { schema: wire.scoreResponse },
              [NDJSON]: { schema: wire.scoreVerdict },
            },
          },
          '4xx': wire.failure,
        },
      },
    },
    async (request, reply) => {
      const body = (request.body ?? null) as Parameters<typeof scoreBody>[0] | null;
      if (body === null) throw badRequest(`expected a body of JSON or ${BINARY}, got nothing`);
      const verdicts = withPauses(scoreBody(body, model));
      if (wantsLines(request)) {
        sendLines(reply, verdicts);
        return reply;
      }
      const judged: WireScoreVerdict[] = [];
      for await (const verdict of verdicts) {
        if (request.raw.socket.destroyed) break; // nobody waits for the rest
        judged.push(verdict);
      }
      return reply.send({ model: model.id, schema: schemaHash, verdicts: judged });
    },
  );
}
