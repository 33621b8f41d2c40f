import { expect, test } from 'vitest';
import { labelsCsv, pcapChunks } from '../../src/synth/write-traffic.ts';
import { decode } from './simulated.ts';

test('labels are a CSV with whole seconds around what was seen', () => {
  const rows = [
    { host: '10.0.0.1', label: 'scan/horizontal', startUs: 5_900_000, endUs: 7_000_001 },
  ];
  expect(labelsCsv('a.pcap', rows)).toBe(
    'input,host,label,start,end\na.pcap,10.0.0.1,scan/horizontal,5,8\n',
  );
});

test('a name with a comma or a quote is quoted', () => {
  expect(labelsCsv('a,"b".pcap', [{ host: '::1', label: 'spam', startUs: 0, endUs: 0 }])).toContain(
    '"a,""b"".pcap",::1,spam,0,1',
  );
});

test('no packets make an empty capture, not no capture', () => {
  const bytes = Buffer.concat([...pcapChunks([])]);
  expect(bytes).toHaveLength(24);
  expect(decode(bytes).packets).toEqual([]);
});
