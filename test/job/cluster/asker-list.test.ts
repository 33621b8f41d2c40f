import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { AskerList } from '../../../src/job/cluster/asker-list.ts';

const hosts = Array.from({ length: 200_000 }, (_, i) => (i % 7 === 0 ? `2001:db8::${i.toString(16)}` : `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`)); // prettier-ignore

test.each([1 << 16, 2 << 20, 64 << 20])(
  'hosts come back in their order, of which %d bytes are held in memory',
  (mostBytes) => {
    const list = new AskerList(mostBytes);
    for (const host of hosts) list.add(Buffer.from(host));
    expect(list.size).toBe(hosts.length);
    expect([...list.hosts()]).toEqual(hosts);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('rapsheet-askers-'))).toEqual([]);
  },
);

test('a list of nobody gives nobody, and no host has so long a name', () => {
  const list = new AskerList();
  expect([...list.hosts()]).toEqual([]);
  list.add(new Uint8Array(385).fill(97));
  expect(list.size).toBe(0);
});
