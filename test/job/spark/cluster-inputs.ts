import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { generateTraffic, parseRecipe } from '../../../src/synth/recipe.ts';
import { pcapChunks } from '../../../src/synth/write-traffic.ts';
import { writeLargeCapture } from './large-capture.ts';

const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));
export const SAMPLE = join(PROJECT, 'datasets', 'sample.pcap');
/** Captures and logs beside the project; `''` without them. */
export const REAL_DATA = [process.env['RAPSHEET_DATA'], join(PROJECT, '..', 'shared', 'data')].find(
  (folder) => folder !== undefined && existsSync(folder),
) ?? ''; // prettier-ignore

const RECIPES = ['scan-horizontal', 'bruteforce-ssh', 'dns-tunnels', 'dos-syn', 'benign-home-ipv6'];

/**
 * Inputs of every kind a cluster has to tell apart: captures by themselves, compressed, cut into rotated files, large
 * enough for ranges; a large log of lines; a capture with damage in it, and a file that is none.
 */
export function writeInputs(folder: string, largeBytes: number): void {
  mkdirSync(folder, { recursive: true });
  const sample = readFileSync(SAMPLE);
  for (const [i, name] of RECIPES.entries()) {
    const recipe = parseRecipe(JSON.parse(readFileSync(join(PROJECT, 'datasets', 'recipes', 'training', `${name}.json`), 'utf8'))); // prettier-ignore
    const pcap = Buffer.concat([
      ...pcapChunks(generateTraffic(recipe, { seed: 'cluster' }).packets),
    ]);
    if (i === 0) writeFileSync(join(folder, `${name}.pcap.gz`), gzipSync(pcap));
    else writeFileSync(join(folder, `${name}.pcap`), pcap);
  }
  writeRotated(folder, sample);
  writeFileSync(join(folder, 'damaged capture.pcap'), damaged(sample));
  writeFileSync(
    join(folder, 'picture.png'),
    Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
  );
  writeLargeCapture(join(folder, 'large.pcap'), SAMPLE, largeBytes);
  writeFileSync(join(folder, 'conn.log'), connLog(largeBytes));
  copyFileSync(SAMPLE, join(folder, 'sample.pcap'));
}

/** The sample as tcpdump -C would have written it: flows go on from file to file. */
function writeRotated(folder: string, sample: Buffer): void {
  const files = 3;
  let file = 0;
  let from = 24;
  for (let at = 24; at < sample.length && file < files;) {
    at += 16 + sample.readUInt32LE(at + 8);
    if (at < (sample.length / files) * (file + 1) && at < sample.length) continue;
    const bytes = Buffer.concat([sample.subarray(0, 24), sample.subarray(from, at)]);
    writeFileSync(join(folder, `rotated.pcap${file === 0 ? '' : file}`), bytes);
    from = at;
    file++;
  }
}

/** From the middle on, a record's length is no length. */
function damaged(sample: Buffer): Buffer {
  const bytes = Buffer.from(sample.subarray(0, sample.length >> 2));
  let at = 24;
  while (at < bytes.length >> 1) at += 16 + bytes.readUInt32LE(at + 8);
  bytes.fill(0xff, at, at + 16);
  return bytes;
}

/** Zeek's connections: clients that fetch pages, and one host that half of all lines are about. */
function connLog(bytes: number): string {
  const head = `#separator \\x09\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\n#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\n`; // prettier-ignore
  const lines: string[] = [];
  let length = head.length;
  for (let i = 0; length < bytes; i++) {
    const scans = i % 2 === 0;
    const host = scans ? '10.9.0.1' : `10.1.${i % 7}.${i % 251}`;
    const to = scans ? `172.20.${(i >> 9) % 256}.${(i >> 1) % 256}` : `198.51.100.${i % 13}`;
    const rest = scans ? '445\ttcp\t-\t-\t-\t-\tS0' : `443\ttcp\tssl\t${(i % 900) / 100}\t${i % 4000}\t${(i * 31) % 90_000}\tSF`; // prettier-ignore
    const line = `${(1_700_000_000 + i / 100).toFixed(6)}\tC${i}\t${host}\t${1024 + (i % 60_000)}\t${to}\t${rest}\n`;
    lines.push(line);
    length += line.length;
  }
  return head + lines.join('');
}
