import type { FastifyInstance } from 'fastify';
import { HttpError } from './http-error.ts';

/** Remembers every route from now on; the function it gives answers their other methods with 405 (RFC 9110 §15.5.6). */
export function methodNotAllowed(app: FastifyInstance): () => void {
  const known = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = known.get(url) ?? new Set();
    known.set(url, methods);
    for (const one of [method].flat()) methods.add(one);
  });
  return () => {
    for (const [url, methods] of [...known]) {
      const allow = [...methods].sort().join(', ');
      app.route({
        url,
        method: app.supportedMethods.filter((method) => !methods.has(method)),
        schema: { hide: true },
        onRequest: (_, reply, done) => {
          void reply.header('allow', allow);
          done(new HttpError(405, 'METHOD_NOT_ALLOWED', `only ${allow} here: see /openapi.json`));
        },
        handler: () => undefined,
      });
    }
  };
}
