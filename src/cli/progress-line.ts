import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { Progress } from '../job/read-inputs.ts';
import { formatBytes } from '../report/wording.ts';
import type { Arguments } from './arguments.ts';

/** Work shorter than this needs no progress. */
const QUIET_MS = 1000;
const REDRAW_MS = 200;

/** One line on standard error that says how far reading has come; it is wiped when the work is done. */
export class ProgressLine {
  readonly #shown: boolean;
  readonly #startMs = performance.now();
  #drawnMs = -Infinity;
  #length = 0;

  /** Only where a person looks at it: on a terminal, or if it was asked for. */
  constructor(args: Arguments) {
    this.#shown = args.flag('progress') || isatty(2);
  }

  /** To be passed as `onProgress`. */
  readonly update = ({ path, bytes, totalBytes }: Progress): void => {
    if (!this.#shown) return;
    const nowMs = performance.now();
    if (nowMs - this.#startMs < QUIET_MS || nowMs - this.#drawnMs < REDRAW_MS) return;
    this.#drawnMs = nowMs;
    const rate = (bytes / (nowMs - this.#startMs)) * 1000;
    const total = Number.isNaN(totalBytes) ? '' : ` of ${formatBytes(totalBytes)}`;
    this.#draw(`reading ${shorten(path)}: ${formatBytes(bytes)}${total}, ${formatBytes(rate)}/s`);
  };

  /** Says what is being done now. */
  say(text: string): void {
    if (this.#shown && performance.now() - this.#startMs >= QUIET_MS) this.#draw(text);
  }

  clear(): void {
    if (this.#length === 0) return;
    this.#write(`\r${' '.repeat(this.#length)}\r`);
    this.#length = 0;
  }

  #draw(text: string): void {
    this.#write(`\r${text.padEnd(this.#length)}`);
    this.#length = text.length;
  }

  #write(text: string): void {
    try {
      writeSync(2, text);
    } catch {
      // Nobody can see it: that is no reason to stop.
    }
  }
}

function shorten(path: string): string {
  const name = path.replace(/[^\x20-\x7e]/g, '?');
  return name.length <= 40 ? name : `…${name.slice(-39)}`;
}
