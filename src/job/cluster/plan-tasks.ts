import { findInputs, STANDARD_INPUT, type InputFile } from '../find-inputs.ts';
import { RapsheetError } from '../errors.ts';
import { groupRotated, rotationName } from '../rotated-files.ts';
import { withSeekable } from '../read-range.ts';
import { cutOf } from './cuts.ts';
import type { FileRange } from './section.ts';

/** What one task of a map reads, one section after the other. */
export interface MapTask {
  readonly sections: readonly FileRange[];
  readonly bytes: number;
  /** The recording of which this is a part, `''` where nothing of it is in another task. */
  readonly recording: string;
}

export interface PlanTasksOptions {
  /** About so many bytes go to one task. */
  readonly rangeBytes: number;
  /** Files of one recording are read as one capture. Default true. */
  readonly rotated?: boolean;
}

const HEAD_BYTES = 1 << 16;

/** Half a range more in one task costs less than a task of its own for it. */
const NO_CUT_BELOW = 1.5;

/**
 * Deals files of this machine out to tasks: small ones together, large ones in ranges where a reader can begin in the
 * middle, the captures of one recording one after the other or as parts that the reduce joins.
 */
export async function planTasks(
  inputs: readonly string[],
  { rangeBytes, rotated = true }: PlanTasksOptions,
): Promise<MapTask[]> {
  if (inputs.includes(STANDARD_INPUT)) {
    throw new RapsheetError('NO_INPUT', 'a job reads files, not standard input', {
      hint: 'write it to a file first',
    });
  }
  const files = findInputs(inputs);
  const groups = rotated ? await groupRotated(files) : files.map((file) => [file]);
  return packed(
    groups.flatMap((group) => tasksOf(group, rangeBytes)),
    rangeBytes,
  );
}

/**
 * The same as a list for engines that deal lines out as they like: every line stands by itself, the captures of one
 * recording are parts that the reduce joins.
 */
export async function planList(
  inputs: readonly string[],
  options: PlanTasksOptions,
): Promise<FileRange[]> {
  const tasks = await planTasks(inputs, options);
  return tasks.flatMap(({ sections, recording }) => {
    if (recording !== '') return sections.map((section) => ({ ...section, continues: false }));
    return sections.map(({ path }, i) => {
      const isSet = sections[i]!.continues === true || sections[i + 1]?.continues === true;
      return isSet ? { path, recording: rotationName(path) } : { path };
    });
  });
}

/** The files of a recording, from its beginning to its end in one task. */
export function inOneTask(tasks: readonly MapTask[], recording: string): MapTask {
  const parts = tasks.filter((task) => task.recording === recording);
  const paths = new Set(parts.flatMap(({ sections }) => sections.map(({ path }) => path)));
  const sections = [...paths].map((path, i) => ({ path, continues: i > 0 }));
  return { sections, bytes: sumOf(parts), recording: '' };
}

function tasksOf(group: readonly InputFile[], rangeBytes: number): MapTask[] {
  const most = rangeBytes * NO_CUT_BELOW;
  const bytes = sumOf(group);
  // What has no size is no file to cut: a pipe, a device.
  if (!(bytes > most)) {
    const sections = group.map(({ path }, i) => ({ path, continues: i > 0 }));
    return [{ sections, bytes: bytes || 0, recording: '' }];
  }
  const recording = group.length > 1 ? rotationName(group[0]!.path) : group[0]!.path;
  const tasks: MapTask[] = [];
  for (const file of group) {
    const count = file.bytes > most && canBeCut(file) ? Math.round(file.bytes / rangeBytes) : 1;
    if (count > 1) tasks.push(...ranges(file, count, recording));
    else if (group.length === 1) return [{ sections: [{ path: file.path }], bytes, recording: '' }];
    else addFile(tasks, file, recording, rangeBytes);
  }
  return tasks;
}

/** A file of a recording goes where the one before it went, while there is room. */
function addFile(tasks: MapTask[], file: InputFile, recording: string, rangeBytes: number): void {
  const last = tasks.at(-1);
  const hasRoom = last !== undefined && last.bytes + file.bytes <= rangeBytes;
  const continues = hasRoom && last.sections.every(({ length }) => length === undefined);
  const section = { path: file.path, recording, continues };
  if (!continues) tasks.push({ sections: [section], bytes: file.bytes, recording });
  else {
    const sections = [...last.sections, section];
    tasks[tasks.length - 1] = { sections, bytes: last.bytes + file.bytes, recording };
  }
}

function ranges({ path, bytes }: InputFile, count: number, recording: string): MapTask[] {
  const at = (i: number): number => (i === count ? bytes : Math.floor(bytes / count) * i);
  return Array.from({ length: count }, (_, i) => {
    const [start, length] = [at(i), at(i + 1) - at(i)];
    return { sections: [{ path, start, length, recording }], bytes: length, recording };
  });
}

/** Whole small files together, in their order; a part of a recording stays alone, so that it can be read again alone. */
function packed(tasks: readonly MapTask[], rangeBytes: number): MapTask[] {
  const all: MapTask[] = [];
  let open: MapTask | undefined;
  for (const task of tasks) {
    if (task.recording !== '') all.push(task);
    else if (open === undefined || open.bytes + task.bytes > rangeBytes) {
      if (open !== undefined) all.push(open);
      open = task;
    } else {
      open = { sections: [...open.sections, ...task.sections], bytes: open.bytes + task.bytes, recording: '' }; // prettier-ignore
    }
  }
  return open === undefined ? all : [...all, open];
}

/** A file that cannot be opened is told of when it is its turn. */
function canBeCut({ path }: InputFile): boolean {
  try {
    return withSeekable(path, (bytes) => cutOf(bytes.readAt(0, HEAD_BYTES))) === 'bytes';
  } catch {
    return false;
  }
}

function sumOf(parts: readonly { readonly bytes: number }[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}
