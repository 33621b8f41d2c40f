import { DONE } from '../../job/cluster/job-keys.ts';
import type { JobRecord, Put } from '../../job/cluster/job-record.ts';
import { JOB_OUTPUTS, type JobOutputKind } from '../../job/cluster/stages.ts';
import { finishProfiles, finishVectors } from '../../job/cluster/finish-stage.ts';
import { addUpCrowds } from '../../job/cluster/judge-rounds.ts';
import type { RowFormatter } from '../../report/row-writer.ts';
import { rowFormatter } from '../../report/rows.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { jobColumns } from '../job-columns.ts';
import { runStage, WIRE_OPTION } from '../job-stage.ts';
import { verdictLine } from '../job-verdicts.ts';
import { vectorLine } from '../vector-line.ts';

/** `rapsheet job finish` */
export const jobFinishCommand: Command = {
  options: {
    ...WIRE_OPTION,
    output: { value: 'WHAT', help: 'verdicts (default), vectors or profiles' },
    format: {
      value: 'FORMAT',
      help: 'ndjson (default): a line a record; parquet: pieces of one file',
    },
  },
  examples: [
    [
      'LC_ALL=C sort judged.tsv | rapsheet job finish --wire tsv',
      'verdicts, and those on crowds that flood one target',
    ],
  ],
  run: runFinish,
};

function runFinish(args: Arguments): Promise<number> {
  const output = args.choice('output', JOB_OUTPUTS) ?? 'verdicts';
  const format = args.choice('format', ['ndjson', 'parquet'] as const) ?? 'ndjson';
  return runStage(args, async ({ records, put }) => {
    if (format === 'ndjson') finish(output, records, put);
    else finishAsTable(await rowFormatter(format), output, records, put);
  });
}

function finish(output: JobOutputKind, records: Iterable<JobRecord>, put: Put): void {
  if (output === 'verdicts') addUpCrowds(records, put, verdictLine);
  else if (output === 'vectors') finishVectors(records, put, vectorLine);
  else finishProfiles(records, put);
}

/** The lines as rows of one file, whose pieces are records in their order; what is no line stays as it is. */
function finishAsTable(
  formatter: RowFormatter,
  output: JobOutputKind,
  records: Iterable<JobRecord>,
  put: Put,
): void {
  const write = (piece: string | Uint8Array): void => put(`${DONE}part`, Buffer.from(piece));
  const table = formatter(jobColumns(output), write);
  let rows = 0;
  finish(output, records, (key, value) => {
    if (!key.startsWith(DONE)) {
      put(key, value);
      return;
    }
    rows++;
    table.row(JSON.parse(Buffer.from(value).toString()));
  });
  // A task without a row leaves no file.
  if (rows > 0) table.end();
}
