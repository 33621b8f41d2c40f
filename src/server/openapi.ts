import type { FastifySchema } from 'fastify';
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';

export const BINARY = 'application/octet-stream';
export const NDJSON = 'application/x-ndjson';

/** Bytes that are read by their content: OpenAPI 3.1 has an empty schema for them. */
export const anyBytes = z.custom<Buffer>((body) => body !== null && body !== undefined);

/** A body with one schema a content type. */
interface Content<Schemas> {
  readonly content: { readonly [Type in keyof Schemas]: { readonly schema: Schemas[Type] } };
}

type Transform = NonNullable<FastifyDynamicSwaggerOptions['transform']>;

/** The transform of the zod provider knows one schema a body; ours may have one a content type. */
const transformRoute: Transform = (document) => {
  const transform = (schema: FastifySchema): ReturnType<Transform> =>
    jsonSchemaTransform({ ...document, schema });
  const { body, ...rest } = document.schema;
  if (!hasContent(body)) return transform(document.schema);
  const { schema, url } = transform(rest);
  const content = Object.entries(body.content).map(([type, media]) => [
    type,
    { schema: transform({ body: media.schema }).schema.body },
  ]);
  return { schema: { ...schema, body: { content: Object.fromEntries(content) as unknown } }, url };
};

/** What `/openapi.json` is made of: the routes' own schemas. */
export function openapiOptions(version: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'rapsheet',
        version,
        description: 'Says what kind of host every host in some traffic is, and why.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
    },
    transform: transformRoute,
  };
}

function hasContent(body: unknown): body is Content<Record<string, z.ZodType>> {
  return typeof body === 'object' && body !== null && 'content' in body;
}
