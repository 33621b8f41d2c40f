import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lintCicTables } from '../../src/job/cicflowmeter-lint.ts';
import { CicTable } from '../../src/job/cicflowmeter-table.ts';
import { parseLabels } from '../../src/job/labels-file.ts';
import { temporaryFolder } from './temporary-folder.ts';

const HEADING = 'Flow ID,Source IP,Source Port,Destination IP,Destination Port,Protocol,Timestamp,Flow Duration,Total Fwd Packets,Total Backward Packets,Total Length of Fwd Packets,Total Length of Bwd Packets,Flow Bytes/s,Fwd Header Length,Bwd Header Length,SYN Flag Count,Bwd PSH Flags,Fwd Header Length.1,Label'; // prettier-ignore

/** One flow of the table; what is not wished for is an ordinary exchange of 100 ms. */
function flow(wish: Readonly<Record<string, string | number>> = {}): string {
  const usual: Record<string, string | number> = {
    'Flow ID': 'x', 'Source IP': '10.0.0.1', 'Source Port': 4000, 'Destination IP': '10.0.0.2', 'Destination Port': 80, Protocol: 6,
    Timestamp: '2017-07-07 13:39:36.5', 'Flow Duration': 100_000, 'Total Fwd Packets': 5, 'Total Backward Packets': 4,
    'Total Length of Fwd Packets': 200, 'Total Length of Bwd Packets': 900, 'Flow Bytes/s': 11_000, 'Fwd Header Length': 100,
    'Bwd Header Length': 80, 'SYN Flag Count': 2, 'Bwd PSH Flags': 0, 'Fwd Header Length.1': 100, Label: 'BENIGN',
  }; // prettier-ignore
  return HEADING.split(',').map((name) => wish[name] ?? usual[name]).join(','); // prettier-ignore
}

function counts(...flows: string[]) {
  const table = new CicTable(HEADING);
  for (const line of flows) table.add(line);
  return table.counts();
}

const EMPTY = { 'Total Length of Fwd Packets': 0, 'Total Length of Bwd Packets': 0, 'SYN Flag Count': 0 }; // prettier-ignore

describe('defects of CICFlowMeter tables', () => {
  test('the tail of a connection cut at its first FIN, seen from either end', () => {
    const back = { ...EMPTY, 'Source IP': '10.0.0.2', 'Source Port': 80, 'Destination IP': '10.0.0.1', 'Destination Port': 4000 }; // prettier-ignore
    expect(counts(flow(), flow(back))).toMatchObject({ tails: 1, tcpFlows: 2 });
    expect(counts(flow(), flow({ ...back, 'Source Port': 81 })).tails).toBe(0);
    expect(counts(flow(), flow({ ...back, Timestamp: '2017-07-07 15:00:00' })).tails).toBe(0);
    expect(counts(flow(back)).tails).toBe(0);
  });

  test('numbers that ran over, rates that are none, flows cut at 120 s, repeated and dead columns', () => {
    const table = counts(
      flow({ 'Flow Bytes/s': 'Infinity', 'Bwd Header Length': -300 }),
      flow({ 'Flow Duration': 119_999_000, 'Source Port': 4001, Label: 'DoS Hulk' }),
    );
    expect(table).toMatchObject({ flows: 2, infiniteRates: 1, negative: 1, cutAtLimit: 1 });
    expect(table.repeatedColumns).toEqual(['Fwd Header Length.1']);
    expect(table.deadColumns).toContain('Bwd PSH Flags');
    expect(table.deadColumns).not.toContain('Source IP');
  });

  test('attacks that were attempted at most, by label or for want of payload', () => {
    const table = counts(
      flow({ Label: 'Botnet - Attempted' }),
      flow({ ...EMPTY, Label: 'SSH-Patator' }),
      flow({ ...EMPTY, Label: 'PortScan' }),
      flow({ Label: 'SSH-Patator' }),
    );
    expect(table).toMatchObject({ attackFlows: 4, attempted: 2 });
  });

  test('times without seconds, and a clock of twelve hours', () => {
    const hours = [1, 2, 3, 8, 9, 10, 11, 12];
    const table = counts(...hours.map((hour) => flow({ Timestamp: `7/7/2017 ${hour}:05` })));
    expect(table).toMatchObject({ wholeMinutes: 8, twelveHourClock: true });
    expect(counts(...hours.map((hour) => flow({ Timestamp: `2017-07-07 ${hour + 6}:05:01` })))).toMatchObject({ wholeMinutes: 0, twelveHourClock: false }); // prettier-ignore
  });

  test('rows of another width and a heading in the middle are passed over', () => {
    expect(counts(flow(), 'a,b,c', HEADING, '').flows).toBe(1);
  });
});

describe('lint of CICFlowMeter inputs', () => {
  const folder = temporaryFolder();

  test('names the worst files, and labels that contradict the table’s own', async () => {
    const path = join(folder, 'day.csv');
    const tail = flow({ ...EMPTY });
    writeFileSync(path, [HEADING, flow(), tail, tail, ''].join('\n'));
    const rows = parseLabels('input,host,label\nday.csv,10.0.0.1,scan\n', 'labels.csv');
    const findings = await lintCicTables([{ paths: [path], rows }]);
    expect(findings.find(({ finding }) => finding.includes('first FIN'))).toMatchObject({ severity: 'serious', examples: [`${path}: 2 of 3 flows`] }); // prettier-ignore
    const [contradiction] = findings.filter(({ check }) => check === 'contradictions');
    expect(contradiction!.examples[0]).toContain('line 2: 10.0.0.1 is scan');
  });

  test('passes over what is no such table, and what is not there', async () => {
    writeFileSync(join(folder, 'notes.txt'), 'nothing\n');
    const paths = [join(folder, 'notes.txt')];
    expect(await lintCicTables([{ paths, rows: [] }, { paths: [join(folder, 'gone.csv')], rows: [] }])).toEqual([]); // prettier-ignore
  });
});
