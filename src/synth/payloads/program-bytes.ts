import type { Random } from '../random.ts';
import { joinBytes, textBytes } from './text-bytes.ts';

const DOS_STUB = 'This program cannot be run in DOS mode.\r\r\n$';

/** The beginning of a program: a PE file's DOS header and stub, or an ELF header. */
export function programHead(random: Random, kind: 'pe' | 'elf'): Uint8Array {
  const head = new Uint8Array(kind === 'pe' ? 78 : 64);
  const magic = kind === 'pe' ? 'MZ\x90\0\x03' : '\x7fELF';
  for (let i = 0; i < magic.length; i++) head[i] = magic.charCodeAt(i);
  if (kind === 'elf') {
    head.set([random.integer(1, 2), 1, 1], 4);
    return joinBytes(head, new Uint8Array(200));
  }
  head[60] = 0xe8;
  return joinBytes(head, textBytes(DOS_STUB), new Uint8Array(160));
}
