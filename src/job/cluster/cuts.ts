import { recogniseInput } from '../../flow/recognise-input.ts';
import type { Put } from './job-record.ts';
import { isReadByLines } from './log-section.ts';
import type { SectionSource } from './section.ts';

/** How a file may be given to tasks: as a whole, or its bytes cut anywhere. */
export type Cut = 'whole' | 'bytes';

/**
 * Says of a file by its beginning whether its bytes may be cut. Captures may, and logs of which every line speaks for
 * itself; what is compressed may not, nor logs in which lines belong together.
 */
export function cutOf(head: Uint8Array): Cut {
  const format = recogniseInput(head);
  if (format === undefined) return 'whole';
  return format === 'pcap' || format === 'pcapng' || isReadByLines(format) ? 'bytes' : 'whole';
}

/** One record a section that holds a file's beginning, under the file's path. */
export function sayCuts(heads: Iterable<SectionSource>, put: Put): void {
  for (const head of heads) {
    const parts: Uint8Array[] = [];
    for (const chunk of head.open().chunks) parts.push(chunk.slice());
    put(head.path, Buffer.from(cutOf(Buffer.concat(parts))));
  }
}
