/**
 * A stage program that knows nothing of networks, for tests of the jar: counts lines. Lines of a range are those
 * whose first byte stands in it. Words: cuts | map | reduce | finish, then a fault to show: fail, exit-early, no-trailer, die-once=FILE, slow=MILLISECONDS.
 */
import { Buffer } from 'node:buffer';
import { existsSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';

const [stage, fault = ''] = globalThis.process.argv.slice(2);
const [kind, detail] = fault.split('=');
if (kind === 'fail') {
  readFileSync(0);
  writeSync(2, 'a line before\nrapsheet: the model is missing\n    at a stack\n');
  globalThis.process.exit(65);
}
const frames = readFrames(kind === 'exit-early' ? readSome() : readFileSync(0));
if (frames.length > 0) {
  // The first attempt at all only: the file says that it has been.
  if (kind === 'die-once' && !existsSync(detail)) {
    writeFileSync(detail, '');
    globalThis.process.kill(globalThis.process.pid, 'SIGKILL');
  }
  if (kind === 'slow') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(detail));
}
writeFrames({ cuts, map, reduce, finish }[stage]());

/** Of each head: not what begins like gzip. */
function cuts() {
  const answers = [];
  for (const { header, bytes: head } of sections()) {
    const { path, start, length, lead, tail } = header;
    if (start + lead + tail > 0 || head.length !== length) throw new Error(`${path}: no head`);
    answers.push([path, head[0] === 0x1f ? 'whole' : 'bytes']);
  }
  return answers;
}

function map() {
  const counts = new Map();
  const reports = [];
  for (const { header, bytes } of sections()) {
    const { path, start, length, lead, tail, head = '' } = header;
    if (bytes.length !== lead + length + tail)
      throw new Error(`${path}: ${bytes.length} bytes came`);
    reports.push([
      `!${path}@${String(start).padStart(12, '0')}`,
      JSON.stringify({ ...header, head: head.length }),
    ]);
    let from = lead === 0 ? 0 : bytes.indexOf(10, lead - 1) + 1;
    while (from < lead + length) {
      const end = bytes.indexOf(10, from);
      const line = bytes.toString('latin1', from, end < 0 ? bytes.length : end);
      counts.set(line, (counts.get(line) ?? 0) + 1);
      if (end < 0) break;
      from = end + 1;
    }
  }
  return [...[...counts].map(([line, count]) => [`h${line}`, String(count)]), ...reports];
}

function sections() {
  const found = [];
  for (let i = 0; i < frames.length; i++) {
    const header = JSON.parse(frames[i].key.toString());
    const chunks = [];
    for (i++; frames[i].value.length > 0; i++) chunks.push(frames[i].value);
    found.push({ header, bytes: Buffer.concat(chunks) });
  }
  return found;
}

function reduce() {
  const merged = [];
  for (const { key, value } of frames) {
    const text = key.toString('latin1');
    const last = merged.at(-1);
    if (text.startsWith('!')) merged.push([text, value.toString()]);
    else if (last?.[0] === text) last[1] = String(Number(last[1]) + Number(value));
    else if (last !== undefined && Buffer.compare(Buffer.from(last[0], 'latin1'), key) > 0)
      throw new Error('not sorted');
    else merged.push([text, value.toString()]);
  }
  return merged;
}

function finish() {
  return reduce().map(([key, value]) =>
    key.startsWith('!')
      ? [key, value]
      : [key, JSON.stringify({ line: key.slice(1), count: Number(value) })],
  );
}

/** Goes as if all had come: what is left is more than a pipe holds. */
function readSome() {
  const bytes = Buffer.alloc(1 << 20);
  const length = readSync(0, bytes, 0, 12);
  if (bytes.readInt32BE(0) === -1) return bytes.subarray(0, length);
  return Buffer.from('ffffffff0000000000000000', 'hex');
}

function readFrames(bytes) {
  const found = [];
  let at = 0;
  for (;;) {
    const length = bytes.readInt32BE(at);
    if (length === -1) {
      if (Number(bytes.readBigInt64BE(at + 4)) !== found.length)
        throw new Error('trailer does not agree');
      return found;
    }
    const key = bytes.subarray(at + 4, at + 4 + length);
    at += 4 + length;
    const size = bytes.readInt32BE(at);
    found.push({ key, value: bytes.subarray(at + 4, at + 4 + size) });
    at += 4 + size;
  }
}

function writeFrames(list) {
  const parts = [];
  for (const [key, value] of list) {
    for (const text of [key, value]) {
      const bytes = Buffer.from(text, 'latin1');
      const length = Buffer.alloc(4);
      length.writeInt32BE(bytes.length);
      parts.push(length, bytes);
    }
  }
  const trailer = Buffer.alloc(12, 255);
  trailer.writeBigInt64BE(BigInt(list.length), 4);
  if (kind !== 'no-trailer') parts.push(trailer);
  const all = Buffer.concat(parts);
  for (let at = 0; at < all.length;) at += writeSync(1, all, at);
}
