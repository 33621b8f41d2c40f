import { describe, expect, test } from 'vitest';
import { ndjsonReport } from '../../src/report/ndjson.ts';
import { HOSTILE_TEXTS, sampleReport, sampleVerdict, scanner } from './sample-verdicts.ts';

const lines = (text: Iterable<string>) => [...text].join('').split('\n').slice(0, -1);

describe('ndjson report', () => {
  test('a line is the verdict of DESIGN, field by field and in that order', () => {
    const [line] = lines(ndjsonReport.render(sampleReport([scanner])));
    const first = JSON.stringify(scanner.reasons[0]);
    expect(line).toContain(
      '{"host":"10.0.0.7","window":{"startUs":1700000000000000,"endUs":1700000600000000},"label":"scan","detail":"horizontal","probability":0.98,' +
        '"labels":[{"label":"scan","detail":"horizontal","probability":0.98},{"label":"c2","probability":0.31}],' +
        `"predictionSet":["scan"],"attackScore":0.99,"sourceProven":false,"attack":["T1595","T1046"],"reasons":[${first},`,
    );
    expect(line).toMatch(
      /"observed":\{"flows":4812,"packets":5120,"bytes":307200\},"missing":\["dns","tls"\],"model":"default@1","schema":"abc123"\}$/,
    );
  });

  test('one line a verdict, whatever the texts hold', () => {
    const verdicts = HOSTILE_TEXTS.map((host) => sampleVerdict({ host }));
    const parsed = lines(ndjsonReport.render(sampleReport(verdicts))).map(
      (line) => (JSON.parse(line) as { host: string }).host,
    );
    expect(parsed.toSorted()).toEqual([...HOSTILE_TEXTS].sort());
  });

  test('missing quantities are null', () => {
    const verdict = sampleVerdict({ observed: { flows: 3, packets: null, bytes: null } });
    expect(lines(ndjsonReport.render(sampleReport([verdict])))[0]).toContain(
      '"observed":{"flows":3,"packets":null,"bytes":null}',
    );
  });

  test('no verdicts are no lines', () => {
    expect([...ndjsonReport.render(sampleReport([]))]).toEqual([]);
  });
});
