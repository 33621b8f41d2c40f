import type { ClusterJob } from './cluster-job.ts';
import { ARCHIVE_FOLDER } from './job-archive.ts';
import { stageCommand } from './job-stage.ts';
import { shellCommand } from './shell-words.ts';

/** Fields are parted by tabs both ways: Spark's own sign would be \u0001. */
const BY_TABS = `ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t'`;

/**
 * A job as Spark SQL, for clusters that take no jar: `spark-sql --archives rapsheet.tar.gz#rapsheet --hivevar
 * list=… --hivevar output=… -f job.sql`. `list` is a file with a path a line, which every machine must reach by that
 * path; the output is lines of the `tsv` wire.
 */
export function transformSql(
  job: ClusterJob,
  { tasks, reducers }: { readonly tasks: number; readonly reducers: number },
): string {
  const [map, ...rounds] = job.stages;
  if (map === undefined) throw new RangeError('stages: expected at least one');
  const using = (stage: typeof map) =>
    `USING '${shellCommand(stageCommand(stage, 'tsv', job.nodeMemoryMb)).replaceAll("'", "\\'")}'`;
  let records = `SELECT TRANSFORM (value) ${BY_TABS} ${using(map)}
  AS (k STRING, v STRING) ${BY_TABS}
  FROM (SELECT /*+ REPARTITION(${tasks}) */ value FROM text.\`\${list}\`)`;
  for (const round of rounds) {
    records = `SELECT TRANSFORM (k, v) ${BY_TABS} ${using(round)}
  AS (k STRING, v STRING) ${BY_TABS}
  FROM (SELECT k, v FROM (
  ${records}
  ) DISTRIBUTE BY k SORT BY k)`;
  }
  return `SET spark.sql.adaptive.enabled=false;
SET spark.sql.shuffle.partitions=${reducers};
INSERT OVERWRITE DIRECTORY '\${output}' USING text
SELECT concat(k, '\\t', v) FROM (
  ${records}
);
`;
}

/** The words after `spark-sql` that run such a script. */
export function sparkSqlWords(
  { master }: { readonly master?: string | undefined },
  files: {
    readonly script: string;
    readonly archive: string;
    /** URIs. */
    readonly list: string;
    readonly output: string;
  },
): string[] {
  return [
    ...(master === undefined ? [] : ['--master', master]),
    // Else two runs at once would fight for the lock of one Derby database.
    ...['--conf', 'spark.sql.catalogImplementation=in-memory'],
    ...['--archives', `${files.archive}#${ARCHIVE_FOLDER}`],
    ...['--hivevar', `list=${files.list}`, '--hivevar', `output=${files.output}`],
    ...['-f', files.script],
  ];
}
