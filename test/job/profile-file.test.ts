import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HostTable } from '../../src/host/host-table.ts';
import { RapsheetError } from '../../src/job/errors.ts';
import { profileFile, readProfileFile } from '../../src/job/profile-file.ts';
import { profileInputs } from '../../src/job/profile-inputs.ts';
import { makeFlow } from '../host/any-traffic.ts';
import { connLog, put, temporaryFolder } from './temporary-folder.ts';

const folder = temporaryFolder();
const SAMPLE = 'datasets/sample.pcap';

function tableOf(first: number, count: number): HostTable {
  const table = new HostTable();
  for (let k = first; k < first + count; k++) {
    const startUs = 1.6e15 + k * 1e6;
    table.flow(makeFlow({ originator: `10.0.0.${k % 7}`, responderPort: 1 + (k % 50), startUs, endUs: startUs })); // prettier-ignore
  }
  table.skipped('truncated', first + 1);
  return table;
}

const textOf = (table: HostTable): string => [...profileFile(table)].join('');

async function* inChunks(bytes: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    await Promise.resolve();
    yield bytes.subarray(at, at + size);
  }
}

async function readBack(text: string | Uint8Array, table = new HostTable()): Promise<HostTable> {
  await readProfileFile('a.profiles.ndjson', inChunks(Buffer.from(text)), table);
  return table;
}

describe('a file of host profiles', () => {
  test('is the table it was made of, with what could not be used and when it was', async () => {
    const table = tableOf(0, 300);
    const found = await readBack(textOf(table));
    expect(textOf(found)).toBe(textOf(table));
    expect(found.skips).toEqual(table.skips);
    expect([found.startUs, found.endUs]).toEqual([table.startUs, table.endUs]);
  });

  test('and another merge, in any order, into the file of all traffic', async () => {
    const whole = tableOf(0, 0);
    whole.merge(tableOf(0, 150));
    whole.merge(tableOf(150, 90));
    const [first, second] = [textOf(tableOf(0, 150)), textOf(tableOf(150, 90))];
    const hosts = (text: string): string[] => text.split('\n').slice(1);
    const merged = textOf(await readBack(second, await readBack(first)));
    expect(hosts(merged)).toEqual(hosts(textOf(whole)));
    expect(textOf(await readBack(first, await readBack(second)))).toBe(merged);
    expect(textOf(await readBack(first + second))).toBe(merged);
  });

  test('is an input beside captures and logs, and gives the hosts that those would', async () => {
    const log = put(folder, 'conn.log', connLog(['10.9.0.1', '10.9.0.2']));
    const { table: sample } = await profileInputs([SAMPLE]);
    const kept = put(folder, 'sample.profiles.ndjson', textOf(sample));
    const { table, read } = await profileInputs([kept, log]);
    const { table: whole } = await profileInputs([SAMPLE, log]);
    expect([...table.encodedHosts()]).toEqual([...whole.encodedHosts()]);
    expect(read.map(({ format }) => format)).toEqual(['profiles', 'zeek-tsv']);
    expect(read[0]!.records).toBe(sample.size);
  });

  test('that is cut off anywhere is refused, not taken for fewer hosts', async () => {
    const text = textOf(tableOf(0, 60));
    for (let length = 1; length < text.length - 1; length += 37) {
      const head = text.slice(0, length);
      await expect(readBack(head), `${length} bytes`).rejects.toThrow(/damaged host profiles/);
    }
  });

  test('of a later version is refused loudly', async () => {
    const later = textOf(tableOf(0, 3)).replace('"version":2', '"version":3');
    await expect(readBack(later)).rejects.toThrow(/version 3.*reads version 2/);
  });

  test('of any other bytes ends in profiles or in one error', async () => {
    const bytes = Buffer.from(textOf(tableOf(0, 40)));
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
        const damaged = Uint8Array.from(bytes);
        for (const [at, value] of changes) damaged[at] = value;
        await readBack(damaged).catch((error: unknown) => expect(error).toBeInstanceOf(RapsheetError)); // prettier-ignore
      }),
      { numRuns: 200 },
    );
  });
});
