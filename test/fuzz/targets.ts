import type { FuzzTarget } from './fuzz-target.ts';
import { capture } from './targets/capture.ts';
import { compressions } from './targets/compression.ts';
import { parquetTables, plainText } from './targets/documents.ts';
import { flows } from './targets/flows.ts';
import { frames } from './targets/frames.ts';
import { jobFrames, jobStages } from './targets/job.ts';
import { logs } from './targets/logs.ts';
import { messages } from './targets/messages.ts';
import { addresses, recognition } from './targets/recognition.ts';
import { road } from './targets/road.ts';
import { shortcut } from './targets/shortcut.ts';
import { hostTable, modelHead, network, trees } from './targets/states.ts';
import { labelsFile, recipe } from './targets/texts.ts';

/** Everything that reads bytes nobody vouches for. */
export const TARGETS: readonly FuzzTarget[] = [
  frames, messages, flows, capture, shortcut, road, ...logs, recognition, plainText, parquetTables, addresses, ...compressions, hostTable, trees, network,
  modelHead, labelsFile, recipe, jobFrames, jobStages,
]; // prettier-ignore

/** The target of a kept crash: its file is called `<target>-<hash>.bin`. */
export function targetOfCrash(fileName: string): FuzzTarget | undefined {
  return TARGETS.find(({ name }) => fileName.slice(0, fileName.lastIndexOf('-')) === name);
}
