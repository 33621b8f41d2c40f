import type {
  FastifyError,
  FastifyReply,
  FastifyRequest,
  FastifySchemaValidationError,
} from 'fastify';

/** A refusal: a status, a code for programs and one line for people. */
export class HttpError extends Error {
  readonly statusCode: number;
  readonly code: string;

  constructor(statusCode: number, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.statusCode = statusCode;
    this.code = code;
  }
}

/** A request that is well-formed and still makes no sense. */
export function badRequest(message: string, options?: ErrorOptions): HttpError {
  return new HttpError(400, 'BAD_REQUEST', message, options);
}

/** Our words for what fastify refuses by itself; its codes and messages are not ours to promise. */
const REFUSALS: Readonly<Record<number, readonly [code: string, message?: string]>> = {
  400: ['BAD_REQUEST'],
  413: ['TOO_LARGE', 'the request is larger than this server takes'],
  414: ['BAD_REQUEST', 'the path is too long'],
  415: ['UNSUPPORTED_MEDIA_TYPE'],
  503: ['STOPPING', 'the server is stopping'],
};

/** Turns every error into `{ error: { code, message } }`; `onUnexpected` hears of those that are our fault. */
export function errorHandler(onUnexpected: (error: unknown) => void) {
  return (
    error: FastifyError | HttpError,
    request: FastifyRequest,
    reply: FastifyReply,
  ): FastifyReply => {
    if (error instanceof HttpError) return refuse(reply, error);
    const status = error.statusCode ?? 500;
    const [code, words = error.message] = REFUSALS[status] ?? [];
    const message = status === 415 ? expectedTypes(request) : words;
    if (code !== undefined) return refuse(reply, new HttpError(status, code, message));
    if (status < 500) return refuse(reply, new HttpError(status, 'BAD_REQUEST', error.message));
    // A client that hangs up in the middle of its body is no fault of ours, and hears no answer.
    if (!request.raw.destroyed) onUnexpected(error);
    return refuse(reply, INTERNAL);
  };
}

function expectedTypes({ routeOptions, headers }: FastifyRequest): string {
  const body = routeOptions.schema?.body as { content?: object } | undefined;
  const types = Object.keys(body?.content ?? {}).join(' or ');
  return `content-type: expected ${types}, got ${headers['content-type'] ?? 'nothing'}`;
}

export const INTERNAL = new HttpError(500, 'INTERNAL', 'something went wrong inside');

function refuse(reply: FastifyReply, { statusCode, code, message }: HttpError): FastifyReply {
  return reply.code(statusCode).type('application/json').send({ error: { code, message } });
}

const ISSUES_SHOWN = 3;

/** The first few things that are wrong with a request: a body of 10,000 wrong vectors has as many. */
export function issuesError(issues: FastifySchemaValidationError[], part: string): Error {
  const lines = issues.slice(0, ISSUES_SHOWN).map(({ instancePath, message = '' }) => {
    const path = instancePath.split('/').filter(Boolean).join('.');
    const place = path === '' ? part : part === 'body' ? path : `${part}.${path}`;
    return `${place}: ${message}`;
  });
  const more = issues.length - lines.length;
  return badRequest(lines.join('; ') + (more > 0 ? `; and ${more} more` : ''));
}
