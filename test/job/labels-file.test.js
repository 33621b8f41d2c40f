import { describe, expect, test } from 'vitest';
import { parseNetwork } from "../../src/bytes/ip-address.js";
import { RapsheetError } from "../../src/job/errors.js";
import { inputPaths, parseLabels, rowsByInput } from "../../src/job/labels-file.js";
const parse = (text) => parseLabels(text, 'labels.csv');
const lineOf = (text) => {
    try {
        parse(text);
    }
    catch (error) {
        if (error instanceof RapsheetError && error.code === 'LABELS_INVALID')
            return error.line;
        throw error;
    }
    return 'no error';
};
describe('labels file', () => {
    test('addresses, networks, everybody, details and times', () => {
        const rows = parse('input,host,label,start,end\r\n' +
            'a.pcap,10.0.0.7,scan/horizontal,,\r\n' +
            '"b, c.pcap",10.0.0.0/8,benign,1.5,2\r\n' +
            '\r\n' +
            'a.pcap,2001:DB8::0:1,c2,,10\r\n' +
            'a.pcap,*,benign,,');
        expect(rows.map(({ line, input, family, detail }) => [line, input, family, detail])).toEqual([
            [2, 'a.pcap', 'scan', 'horizontal'],
            [3, 'b, c.pcap', 'benign', ''],
            [5, 'a.pcap', 'c2', ''],
            [6, 'a.pcap', 'benign', ''],
        ]);
        expect(rows[1].host).toEqual({ kind: 'network', network: parseNetwork('10.0.0.0/8') });
        expect([rows[1].startUs, rows[1].endUs]).toEqual([1_500_000, 2_000_000]);
        expect(rows[2].host).toEqual({ kind: 'address', address: '2001:db8::1' });
        expect([rows[2].startUs, rows[2].endUs]).toEqual([-Infinity, 10_000_000]);
        expect(rows[3].host).toEqual({ kind: 'every' });
    });
    test('columns may stand in any order, and a byte order mark before them', () => {
        const [row] = parse('\ufefflabel,Host, input\ndos/syn,::1,x.pcap\n');
        expect(row).toMatchObject({ input: 'x.pcap', family: 'dos', detail: 'syn' });
    });
    test.each([
        ['', 'labels.csv:1: no column "input": the first line must be input,host,label'],
        ['input,host\n', 'labels.csv:1: no column "label"'],
        ['input,host,label\n', 'labels.csv:1: no labels'],
        [
            'input,host,label\na,1.2.3.4,scann\n',
            'labels.csv:2: unknown label "scann": a label is one of benign, backscatter, scan',
        ],
        ['input,host,label\na,1.2.3.4,scan/\n', 'labels.csv:2: bad detail in "scan/"'],
        ['input,host,label\na,1.2.3.4,unknown\n', 'labels.csv:2: unknown label "unknown"'],
        ['input,host,label\na,1.2.3.4,benign\na,1.2.3,scan\n', 'labels.csv:3: "1.2.3" is no address'],
        ['input,host,label\na,10.0.0.0/33,scan\n', 'labels.csv:2: "10.0.0.0/33" is no address'],
        ['input,host,label\n,1.2.3.4,scan\n', 'labels.csv:2: no input'],
        ['input,host,label\na,1.2.3.4\n', 'labels.csv:2: expected 3 columns, got 2'],
        ['input,host,label\na,"1.2.3.4,scan\n', 'labels.csv:2: a quote that is not closed'],
        ['input,host,label,start\na,1.2.3.4,scan,today\n', 'labels.csv:2: start "today" is no number'],
        ['input,host,label,start,end\na,1.2.3.4,scan,5,4\n', 'labels.csv:2: start is not before end'],
    ])('%j is refused with its line', (text, message) => {
        expect(lineOf(text)).toContain(message);
        expect(lineOf(text)).not.toContain('\n');
    });
    test('inputs are relative to the labels file, and may be several', () => {
        const labels = { path: 'data/labels.csv', rows: parse('input,host,label\na.csv + b/*.csv,::1,dos\n/c,::1,dos\na.csv + b/*.csv,::2,dos') }; // prettier-ignore
        const groups = rowsByInput(labels);
        expect([...groups].map(([input, rows]) => [input, rows.length])).toEqual([['a.csv + b/*.csv', 2], ['/c', 1]]); // prettier-ignore
        expect([...groups.keys()].flatMap((input) => inputPaths(labels, input))).toEqual(['data/a.csv', 'data/b/*.csv', '/c']); // prettier-ignore
    });
});
