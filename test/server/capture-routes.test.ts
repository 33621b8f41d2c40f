import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { labelInputs } from '../../src/job/label-inputs.ts';
import { ndjsonReport } from '../../src/report/ndjson.ts';
import { JPEG } from '../job/temporary-folder.ts';
import {
  BINARY,
  failureOf,
  NDJSON,
  SAMPLE,
  serverOptions,
  spooled,
  testServer,
} from './test-server.ts';

const { send } = testServer();
const sample = readFileSync(SAMPLE);

const upload = (payload: Buffer, query = '', headers: Record<string, string> = {}) =>
  send({
    method: 'POST',
    url: `/v1/captures${query}`,
    payload,
    headers: { 'content-type': BINARY, ...headers },
  });

interface Answer {
  readonly job: {
    readonly id: string;
    readonly url: string;
    readonly name: string;
    readonly state: string;
    readonly report?: string;
    readonly error?: { readonly code: string; readonly message: string };
  };
  readonly verdicts?: readonly { readonly host: string; readonly label: string; readonly attackScore: number }[];
  readonly leftOut?: number;
} // prettier-ignore

async function finished(url: string): Promise<Answer> {
  for (;;) {
    const answer = (await send({ url })).json<Answer>();
    if (['done', 'failed'].includes(answer.job.state)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('POST /v1/captures', () => {
  it('answers with the verdicts of rapsheet label when asked to wait', async () => {
    const { verdicts, skips: skipped, missing } = await labelInputs([SAMPLE], serverOptions.model);
    const context = { inputs: [], model: '', skipped, missing, generatedAt: '' };
    const expected = [...ndjsonReport.render({ verdicts, context })]
      .map((line) => JSON.parse(line) as NonNullable<Answer['verdicts']>[number])
      .map(({ host, label, attackScore }) => ({ host, label, attackScore }));
    const answer = await upload(sample, '?wait=true&name=sample.pcap');
    expect(answer.statusCode).toBe(200);
    const body = answer.json<Answer>();
    expect(body).toMatchObject({
      job: { name: 'sample.pcap', state: 'done', bytes: sample.length, totalBytes: sample.length },
      model: serverOptions.model.id,
      skipped: Object.fromEntries(skipped),
      missing,
      leftOut: 0,
    });
    expect(body.verdicts).toMatchObject(expected);
    expect(body.verdicts).toHaveLength(expected.length);
    expect(spooled()).toEqual([]);
  });

  it('answers with a job to ask for otherwise, whose report is a page', async () => {
    const answer = await upload(sample, '?name=%3Cscript%3E.pcap');
    expect(answer.statusCode).toBe(202);
    const { job } = answer.json<Answer>();
    expect(job).toEqual({ id: job.id, url: `/v1/jobs/${job.id}` });
    expect(answer.headers.location).toBe(job.url);
    const { job: done, verdicts } = await finished(job.url);
    const report = await send({ url: done.report! });
    expect(report.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(report.headers['content-security-policy']).toMatch(/^sandbox allow-scripts;/);
    expect(report.body).toContain(verdicts![0]!.host);
    expect(report.body).toContain('&lt;script&gt;.pcap');
  });

  it('answers the first by attack score, or one verdict a line and all of them', async () => {
    const { job, verdicts, leftOut } = (await upload(sample, '?wait=true&top=3')).json<Answer>();
    const lines = await send({ url: `${job.url}?top=3`, headers: { accept: NDJSON } });
    expect(lines.headers['content-type']).toBe(NDJSON);
    const all = lines.body.trimEnd().split('\n').map((line) => JSON.parse(line) as unknown);
    expect(verdicts).toEqual(all.slice(0, 3));
    expect(verdicts!.map(({ attackScore }) => attackScore)).toEqual(
      verdicts!.map(({ attackScore }) => attackScore).sort((a, b) => b - a),
    );
    expect(leftOut).toBe(all.length - 3);
    const waited = await upload(sample, '?wait=true', { accept: NDJSON });
    expect(waited.body).toBe(lines.body);
  }); // prettier-ignore

  it('knows a compressed capture by its content', async () => {
    const plain = (await upload(sample, '?wait=true')).json<Answer>();
    const packed = (await upload(gzipSync(sample), '?wait=true')).json<Answer>();
    expect(packed.verdicts).toEqual(plain.verdicts);
  });

  it.each([
    ['a picture', JPEG, 'NOT_A_CAPTURE', /^holiday\.jpg: not a capture or log rapsheet knows \(JPEG image\?\)/],
    ['a capture cut in its first packet', sample.subarray(0, 50), 'EMPTY_INPUT', /^holiday\.jpg: nothing could be read/],
  ])('says in one line what is wrong with %s, and names no path', async (_, bytes, code, message) => {
    const waited = await upload(Buffer.from(bytes), '?wait=true&name=holiday.jpg');
    expect([waited.statusCode, failureOf(waited).code]).toEqual([422, code]);
    expect(failureOf(waited).message).toMatch(message);
    expect(failureOf(waited).message).not.toContain('/tmp');
    const { job } = (await upload(Buffer.from(bytes), '?name=holiday.jpg')).json<Answer>();
    const failed = await finished(job.url);
    expect(failed.job).toMatchObject({ state: 'failed', error: failureOf(waited) });
    expect(failed).not.toHaveProperty('verdicts');
    expect((await send({ url: `${job.url}/report` })).statusCode).toBe(422);
    expect(spooled()).toEqual([]);
  }); // prettier-ignore

  it('says that a job which is not done has no verdicts and no report yet', async () => {
    const { job } = (await upload(sample)).json<Answer>();
    const lines = await send({ url: job.url, headers: { accept: NDJSON } });
    expect([lines.statusCode, failureOf(lines).code]).toEqual([409, 'NOT_DONE']);
    expect((await send({ url: `${job.url}/report` })).statusCode).toBe(409);
    await finished(job.url);
  });

  it('lets a few captures wait and refuses the next until there is room', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => upload(sample)));
    const taken = answers.filter(({ statusCode }) => statusCode === 202);
    const refused = answers.filter(({ statusCode }) => statusCode !== 202);
    expect([taken.length, refused.length]).toEqual([16, 4]);
    for (const answer of refused) {
      expect([answer.statusCode, failureOf(answer).code]).toEqual([429, 'BUSY']);
    }
    for (const answer of taken) await finished(answer.json<Answer>().job.url);
    expect((await upload(sample, '?wait=true&top=0')).statusCode).toBe(200);
  });

  it('forgets all but the last hundred', async () => {
    const picture = Buffer.from(JPEG);
    const first = (await upload(sample)).json<Answer>().job.url;
    await finished(first);
    for (let i = 0; i < 99; i++) await upload(picture, '?wait=true');
    expect((await send({ url: first })).statusCode).toBe(200);
    await upload(picture, '?wait=true');
    expect((await send({ url: first })).statusCode).toBe(404);
  });

  it.each([
    ['nothing', Buffer.alloc(0), BINARY, 400, 'EMPTY_INPUT'],
    ['more than it takes', Buffer.alloc(2 * 2 ** 20 + 1), BINARY, 413, 'TOO_LARGE'],
    ['a form, which another site could send', sample, 'multipart/form-data; boundary=x', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['text, which another site could send', sample, 'text/plain', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['JSON', Buffer.from('{}'), 'application/json', 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ])('refuses %s', async (_, bytes, type, status, code) => {
    const answer = await upload(bytes, '', { 'content-type': type });
    expect([answer.statusCode, failureOf(answer).code]).toEqual([status, code]);
    expect(spooled()).toEqual([]);
  }); // prettier-ignore

  it.each(['?wait=perhaps', '?top=-1', '?top=1e9', '?wiat=true'])('refuses %s', async (query) => {
    const answer = await upload(sample, query);
    expect([answer.statusCode, failureOf(answer).code]).toEqual([400, 'BAD_REQUEST']);
  });
});
