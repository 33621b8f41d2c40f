import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { JPEG, connLog, put, temporaryFolder } from '../job/temporary-folder.ts';
import { rapsheet } from './run-rapsheet.ts';

const folder = temporaryFolder();
put(folder, 'empty.pcap', '');
put(folder, 'notes.jpg', JPEG);
put(folder, 'pictures/a.jpg', JPEG);
put(folder, 'pictures/.hidden.log', connLog(['10.0.0.1']));
put(folder, 'conn.log', connLog(['10.0.0.1', '10.0.0.2']));
put(folder, 'mixed/conn.log', connLog(['10.0.0.1']));
put(folder, 'mixed/notes.jpg', JPEG);
put(folder, 'broken.json', '{ "name": ');
put(
  folder,
  'bad-recipe.json',
  '{ "name": "x", "durationS": 10, "actors": [{ "actor": "ghost" }] }',
);
mkdirSync(join(folder, 'bare'));
// A pcap header, and the first 20 bytes of a packet that should have 60.
const header = Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex');
const record = Buffer.from('00f1536500000000' + '3c0000003c000000' + '00'.repeat(20), 'hex');
put(folder, 'truncated.pcap', Buffer.concat([header, record]));
put(folder, 'quiet.pcap', header);

/** One line on standard error that names the program, and nothing else; exit status 2. */
function refusal(...words: string[]): string {
  const { status, stdout, stderr } = rapsheet(words, { folder });
  expect(stderr).toMatch(/^rapsheet: [^\n]+\n$/);
  expect(stderr).not.toMatch(/\bat .*:\d+:\d+|Error:/);
  expect(stdout).toBe('');
  expect(status).toBe(2);
  return stderr;
}

describe('wrong input, as a new user would try it', () => {
  test.each(['flows', 'events', 'hosts', 'cluster'])(
    'rapsheet %s says what is wrong and what to do',
    (command) => {
      expect(refusal(command)).toContain('no input: name a capture, a log, a folder');
      expect(refusal(command, 'missing.pcap')).toContain(
        'missing.pcap: no such file or folder: check',
      );
      expect(refusal(command, '*.cap')).toContain('*.cap: no file matches');
      expect(refusal(command, 'bare')).toContain('bare: no files in this folder');
      expect(refusal(command, 'pictures')).toMatch(
        /pictures: no capture or log among its one file, such as pictures\/a\.jpg \(JPEG image\)/,
      );
      expect(refusal(command, 'empty.pcap')).toContain('empty.pcap: empty');
      expect(refusal(command, '-')).toContain('standard input: empty');
      expect(refusal(command, 'notes.jpg')).toContain(
        'notes.jpg: not a capture or log rapsheet knows (JPEG image?): it reads pcap, pcapng',
      );
      expect(refusal(command, 'truncated.pcap')).toMatch(
        /truncated\.pcap: nothing could be read \(1 capture cut off in a packet\): check that the file is whole/,
      );
    },
  );

  test('a named file is refused even among others, in a folder it is left out', () => {
    expect(refusal('flows', 'conn.log', 'notes.jpg')).toContain('notes.jpg');
    expect(rapsheet(['flows', 'mixed'], { folder })).toMatchObject({
      status: 0,
      stderr:
        'rapsheet: left out 1 file that rapsheet does not read: mixed/notes.jpg (JPEG image)\n',
    });
  });

  test('a capture without packets is no error', () => {
    const { status, stdout } = rapsheet(['flows', 'quiet.pcap'], { folder });
    expect([status, stdout.split('\r\n').length]).toEqual([0, 2]);
  });

  test('unknown words and options', () => {
    expect(refusal('lable', 'conn.log')).toBe(
      'rapsheet: unknown command lable (did you mean label?): see rapsheet --help\n',
    );
    expect(refusal('flows', '--colour', 'conn.log')).toContain('--colour');
    expect(refusal('flows', '--format', 'xml', 'conn.log')).toContain(
      'expected one of csv, ndjson, parquet, zeek, got xml',
    );
    expect(refusal('flows', 'conn.log', '--format')).toContain('rapsheet flows --help');
    expect(refusal('cluster', 'conn.log', '--clusters', 'many')).toContain(
      'expected a number from 1',
    );
    expect(refusal('cluster', 'conn.log')).toContain('hosts sent anything: groups need at least 4');
    expect(refusal('hosts', 'conn.log', '--input-format', 'pcapx')).toContain(
      'expected one of pcap',
    );
  });

  test('threads are a whole number, and only of commands that can use them', () => {
    expect(refusal('hosts', 'conn.log', '--workers', '0')).toContain(
      '--workers: expected a number',
    );
    expect(refusal('hosts', 'conn.log', '--workers', '1.5')).toContain('expected a whole number');
    expect(refusal('slice', 'conn.log', '--workers', '2')).toContain("unknown option '--workers'");
    const one = rapsheet(['hosts', 'conn.log', '--workers', '1', '--no-rotated'], { folder });
    expect(one).toEqual(rapsheet(['hosts', 'conn.log'], { folder }));
  });

  test('a format that the input is not of', () => {
    expect(refusal('flows', 'conn.log', '--input-format', 'pcap')).toContain(
      'nothing could be read',
    );
  });

  test('recipes', () => {
    expect(refusal('synth')).toContain('no RECIPE was given');
    expect(refusal('synth', 'sample', 'twice')).toContain('unexpected argument twice');
    expect(refusal('synth', 'nowhere')).toContain('nowhere: no such recipe');
    expect(refusal('synth', 'broken.json')).toContain('broken.json: ');
    expect(refusal('synth', 'bad-recipe.json')).toContain(
      'recipe.actors[0].actor: expected one of',
    );
    expect(refusal('synth', 'sample', '-o', '-')).toContain('--labels FILE must be given');
  });

  test('an output that cannot be written leaves nothing behind', () => {
    const before = readdirSync(folder);
    expect(refusal('flows', 'conn.log', '-o', 'no/such/out.csv')).toContain(
      'its folder does not exist',
    );
    expect(refusal('flows', 'conn.log', '-o', 'bare')).toContain(
      'bare: cannot be written (it is a folder)',
    );
    expect(refusal('flows', 'notes.jpg', '-o', 'out.csv')).toContain('notes.jpg');
    expect(refusal('synth', 'sample', '-o', 'no/such/x.pcap', '--labels', 'l.csv')).toContain(
      'no/such/x.pcap',
    );
    expect(readdirSync(folder)).toEqual(before);
  });

  test('--debug shows where an error comes from', () => {
    const { stderr } = rapsheet(['flows', 'notes.jpg', '--debug'], { folder });
    expect(stderr).toMatch(/^rapsheet: notes\.jpg.*\n.*RapsheetError.*\n +at /);
  });

  test('a hostile file name does not reach the terminal as it is', () => {
    put(folder, 'x\u001b[2J\u202e.jpg', JPEG);
    expect(refusal('flows', 'x\u001b[2J\u202e.jpg')).toContain('x\\u{1b}[2J\\u{202e}.jpg');
  });
});
