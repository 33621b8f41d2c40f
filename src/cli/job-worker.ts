import { parentPort } from 'node:worker_threads';
import type { StageAnswer } from '../job/cluster/run-on-workers.ts';
import { doStageTask, type StageTask } from '../job/cluster/stage-task.ts';
import { RapsheetError } from '../job/errors.ts';
import { STAGE_WORDS } from './stage-words.ts';

// This file is what a thread of a job runs.
parentPort?.on('message', (task: StageTask) => {
  const answer = (message: StageAnswer): void => parentPort!.postMessage(message);
  doStageTask(task, STAGE_WORDS).then(
    (done) => answer({ done }),
    (error: unknown) => answer({ error: told(error) }),
  );
});

/** What an error says, in plain values: its class does not come over. */
function told(error: unknown): NonNullable<StageAnswer['error']> {
  if (error instanceof RapsheetError) {
    return { code: error.code, message: error.message, hint: error.hint };
  }
  return { message: error instanceof Error ? error.message : String(error), cause: error };
}
