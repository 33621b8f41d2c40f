import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, expect } from 'vitest';
import { loadModel } from '../../src/job/load-model.ts';
import { buildServer, type ServerOptions } from '../../src/server/build-server.ts';
import { temporaryFolder } from '../job/temporary-folder.ts';

export const BINARY = 'application/octet-stream';
export const NDJSON = 'application/x-ndjson';
export const SAMPLE = 'datasets/sample.pcap';

// Where this process, and no other, spools its uploads.
process.env['TMPDIR'] = temporaryFolder();

const unexpected: unknown[] = [];

export const serverOptions: ServerOptions = {
  model: loadModel(),
  maxUploadBytes: 2 * 2 ** 20,
  version: '0.0.0',
  onUnexpected: (error) => unexpected.push(error),
};

/** One server for the tests of a file; whatever they ask of it, it must not have an error of its own. */
export function testServer(): {
  readonly send: (options: InjectOptions) => Promise<LightMyRequestResponse>;
} {
  let app: FastifyInstance;
  beforeAll(async () => {
    app = await buildServer(serverOptions);
  });
  afterAll(async () => {
    await app.close();
    expect(unexpected).toEqual([]);
  });
  return { send: (options) => app.inject(options) };
}

/** Body of an error as the API promises it: two texts, one line. */
export function failureOf(answer: LightMyRequestResponse): { code: string; message: string } {
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  const body = answer.json<{ error: { code: string; message: string } }>();
  expect(Object.keys(body)).toEqual(['error']);
  expect(Object.keys(body.error)).toEqual(['code', 'message']);
  expect(body.error.code).toMatch(/^(?!FST)[A-Z_]+$/);
  expect(body.error.message).toMatch(/^[^\n]+$/);
  return body.error;
}

/** Folders of uploads that lie on disk now. */
export function spooled(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('rapsheet-upload-'));
}
