import { resolve } from 'node:path';
import { planList } from '../cluster/plan-tasks.ts';
import { fileRangeLine } from '../cluster/section.ts';
import { findInputs } from '../find-inputs.ts';

/** Inputs for programs that open files themselves: a path or a range of a file a line. */
export interface InputList {
  readonly text: string;
  readonly lines: number;
  /** What the lines name, all together. */
  readonly bytes: number;
}

/** Lists files of this machine by paths that other machines must know as well. */
export async function inputList(inputs: readonly string[], rangeBytes: number): Promise<InputList> {
  const ranges = await planList(inputs, { rangeBytes });
  const lines = ranges.map((range) => fileRangeLine({ ...range, path: resolve(range.path) }));
  return {
    text: lines.map((line) => `${line}\n`).join(''),
    lines: lines.length,
    bytes: findInputs(inputs).reduce((sum, { bytes }) => sum + (bytes || 0), 0),
  };
}
