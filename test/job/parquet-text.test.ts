import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { RapsheetError } from '../../src/job/errors.ts';
import { parquetText } from '../../src/job/parquet-text.ts';
import { readInputs, type ReadInputsOptions } from '../../src/job/read-inputs.ts';
import { RecordingSink } from '../flow/logs/recording-sink.ts';
import { put, temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();

type Columns = Parameters<typeof parquetWriteBuffer>[0]['columnData'];
type WriteOptions = Omit<Parameters<typeof parquetWriteBuffer>[0], 'columnData'>;

function parquet(name: string, columnData: Columns, options: WriteOptions = {}): string {
  return put(folder, name, new Uint8Array(parquetWriteBuffer({ columnData, ...options })));
}

async function textOf(path: string, columns?: readonly string[]): Promise<string> {
  const options = { bytes: statSync(path).size, ...(columns === undefined ? {} : { columns }) };
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of parquetText(path, options)) text += decoder.decode(chunk);
  return text;
}

async function flowsOf(path: string, options: ReadInputsOptions = {}) {
  const sink = new RecordingSink();
  const inputs = await readInputs([path], sink, options);
  return { flows: sink.flows, skips: sink.skips, inputs };
}

const CONN: Columns = [
  { name: 'ts', data: [new Date(1_714_550_400_250), new Date(1_714_550_401_000), null], type: 'TIMESTAMP' }, // prettier-ignore
  { name: 'id.orig_h', data: ['10.0.0.1', '10.0.0.2', '10.0.0.3'] },
  { name: 'id.orig_p', data: [40000, 40001, 40002], type: 'INT32' },
  { name: 'id.resp_h', data: ['192.0.2.1', '192.0.2.2', '192.0.2.3'] },
  { name: 'id.resp_p', data: [443, 5353, 1], type: 'INT32' },
  { name: 'proto', data: ['tcp', 'udp', 'tcp'] },
  { name: 'service', data: ['ssl,http', 'dns', null] },
  { name: 'orig_pkts', data: [9n, 1n, 1n], type: 'INT64' },
  { name: 'conn_state', data: ['SF', 'S0', 'REJ'] },
  { name: 'history', data: ['ShADadFf', 'D', 'Sr'] },
  { name: 'note', data: ['a,"b"', 'c\nd', ''] },
];

describe('a Parquet file', () => {
  test("is read as the table it is: Zeek's conn.log, row group by row group, missing as missing", async () => {
    const path = parquet('conn.parquet', CONN, { rowGroupSize: 2 });
    const { flows, inputs } = await flowsOf(path);
    expect(inputs.read).toMatchObject([{ format: 'flow-csv' }]);
    expect(flows).toMatchObject([
      { startUs: 1_714_550_400_250_000, originator: '10.0.0.1', responderPort: 443, service: 'http', connState: 'SF', established: true, originatorPackets: 9, originatorIpBytes: Number.NaN }, // prettier-ignore
      { startUs: 1_714_550_401_000_000, originator: '10.0.0.2', service: 'mdns', connState: 'S0', history: 'D' }, // prettier-ignore
      { startUs: 0, originator: '10.0.0.3', connState: 'REJ' },
    ]);
  });

  test('gives only the columns that a reader looks at, quoted where a cell needs it', async () => {
    const path = parquet('some.parquet', CONN);
    expect((await textOf(path)).split('\n')[0]).toBe('ts,id.orig_h,id.orig_p,id.resp_h,id.resp_p,proto,service,orig_pkts,conn_state,history'); // prettier-ignore
    expect(await textOf(path, ['note', 'id.orig_p'])).toBe('id.orig_p,note\n40000,"a,""b"""\n40001,c d\n40002,\n'); // prettier-ignore
  });

  test('of a VPC flow log is that log', async () => {
    const [there, back] = [['10.0.0.1', '192.0.2.5', 40000, 443], ['192.0.2.5', '10.0.0.1', 443, 40000]]; // prettier-ignore
    const column = (i: number): unknown[] => [there[i], back[i], null];
    const path = parquet('vpc.parquet', [
      { name: 'account_id', data: ['1', '1', '1'] },
      { name: 'srcaddr', data: column(0), type: 'STRING' },
      { name: 'dstaddr', data: column(1), type: 'STRING' },
      { name: 'srcport', data: column(2), type: 'INT32' },
      { name: 'dstport', data: column(3), type: 'INT32' },
      { name: 'protocol', data: [6n, 6n, null], type: 'INT64' },
      { name: 'packets', data: [9n, 8n, null], type: 'INT64' },
      { name: 'bytes', data: [900n, 4000n, null], type: 'INT64' },
      { name: 'start', data: [1620140661n, 1620140661n, 1620140661n], type: 'INT64' },
      { name: 'end', data: [1620140700n, 1620140700n, 1620140700n], type: 'INT64' },
      { name: 'log_status', data: ['OK', 'OK', 'NODATA'] },
    ]);
    const { flows, skips, inputs } = await flowsOf(path);
    expect(inputs.read[0]).toMatchObject({ format: 'vpc-flow-log' });
    expect(flows).toMatchObject([{ originator: '10.0.0.1', responder: '192.0.2.5', originatorPackets: 9, responderPackets: 8, responderIpBytes: 4000 }]); // prettier-ignore
    expect(skips).toEqual({ logSaysNoData: 1 });
  });

  test('of any names is read with a map of them, and says which there are', async () => {
    const path = parquet('own.parquet', [{ name: 'a', data: ['10.0.0.1'] }, { name: 'b', data: ['10.0.0.2'] }, { name: 'p', data: [17], type: 'INT32' }]); // prettier-ignore
    const { flows } = await flowsOf(path, {
      map: { a: 'originator', b: 'responder', p: 'protocol' },
    });
    expect(flows).toMatchObject([{ originator: '10.0.0.1', responder: '10.0.0.2', protocol: 17 }]);
    const wrong = flowsOf(path, { map: { a: 'originator', b: 'responder', q: 'protocol' } });
    await expect(wrong).rejects.toMatchObject({ message: expect.stringContaining('no column q') as string, hint: 'its columns are a b p' }); // prettier-ignore
    await expect(flowsOf(path)).rejects.toThrow('not a capture or log rapsheet knows');
  });

  test('that is damaged behind its first row group is read up to there', async () => {
    const rows = 3000;
    const column = (value: (i: number) => string) =>
      Array.from({ length: rows }, (_, i) => value(i));
    const path = parquet('damaged.parquet', [
      { name: 'id.orig_h', data: column((i) => `10.0.${i >> 8}.${i & 255}`) },
      { name: 'id.resp_h', data: column(() => '192.0.2.1') },
      { name: 'proto', data: column((i) => (i % 2 ? 'tcp' : 'udp')) },
      { name: 'conn_state', data: column(() => 'S0') },
    ], { rowGroupSize: 1000, codec: 'UNCOMPRESSED' }); // prettier-ignore
    const bytes = readFileSync(path);
    bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 2000);
    writeFileSync(path, bytes);
    const { flows, skips } = await flowsOf(path);
    expect(flows).toHaveLength(1000);
    expect(skips).toEqual({ corruptParquet: 1 });
  });

  test('whose pages claim more values than there are rows is refused unread', async () => {
    const rows = 2000;
    const data = Array.from({ length: rows }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
    const path = parquet('liar.parquet', [{ name: 'a', data }], {
      codec: 'UNCOMPRESSED',
      rowGroupSize: rows,
    });
    const bytes = readFileSync(path);
    // 2000 as zigzag varint: first in the header of the page, made 8191.
    const at = bytes.indexOf(Buffer.from([0xa0, 0x1f]));
    expect(at).toBeGreaterThan(0);
    bytes.set([0xfe, 0x7f], at);
    writeFileSync(path, bytes);
    await expect(textOf(path)).rejects.toBeInstanceOf(RapsheetError);
  });
});
