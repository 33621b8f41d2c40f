import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NDJSON } from './openapi.ts';

/** Whether the client asked for one JSON text a line. */
export function wantsLines({ headers }: FastifyRequest): boolean {
  return /(^|,)\s*application\/(x-)?ndjson\s*(;|,|$)/i.test(headers.accept ?? '');
}

/** Answers with one JSON text a line, each made when the client is ready for it. */
export function sendLines(
  reply: FastifyReply,
  values: Iterable<unknown> | AsyncIterable<unknown>,
): void {
  void reply.type(NDJSON).send(Readable.from(toLines(values)));
}

async function* toLines(
  values: Iterable<unknown> | AsyncIterable<unknown>,
): AsyncGenerator<string> {
  for await (const value of values) yield `${JSON.stringify(value)}\n`;
}
