import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CACHE = fileURLToPath(new URL('../../../.rapsheet-cache/', import.meta.url));

/** `CLUSTER=all`: also the ways without a jar, which fetch 350 MB from PyPI and 65 MB by Maven. */
export const WITH_OTHER_ENGINES = process.env['CLUSTER'] === 'all';
if (!WITH_OTHER_ENGINES) {
  console.warn('tests on Spark SQL and Hadoop streaming are skipped: set CLUSTER=all');
}

/** `spark-sql` of the Python package: the one Spark with SQL that is to be had without a download page. */
export function fetchSparkSql(): string {
  const folder = join(CACHE, 'pyspark');
  const found = () => spawnSync('sh', ['-c', `ls ${folder}/lib/python3*/site-packages/pyspark/bin/spark-sql`], { encoding: 'utf8' }).stdout.trim(); // prettier-ignore
  if (found() === '') {
    run('python3', ['-m', 'venv', folder]);
    run(join(folder, 'bin', 'pip'), ['install', '-q', 'pyspark==3.5.9']);
  }
  return found();
}

/** Hadoop streaming with its local runner, behind a script that takes the words of `hadoop`. */
export function fetchHadoop(): string {
  const home = join(CACHE, 'hadoop');
  const script = join(home, 'bin', 'hadoop');
  if (existsSync(script)) return script;
  const pom = fileURLToPath(new URL('hadoop-pom.xml', import.meta.url));
  run('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${home}/jars`, '-DincludeScope=runtime']); // prettier-ignore
  mkdirSync(join(home, 'bin'), { recursive: true });
  writeFileSync(
    join(home, 'jars', 'log4j.properties'),
    'log4j.rootLogger=INFO,err\nlog4j.appender.err=org.apache.log4j.ConsoleAppender\nlog4j.appender.err.target=System.err\nlog4j.appender.err.layout=org.apache.log4j.SimpleLayout\n',
  );
  // The shell of the file system insists on one.
  writeFileSync(join(home, 'jars', 'core-site.xml'), '<configuration/>\n');
  writeFileSync(script, HADOOP);
  chmodSync(script, 0o755);
  return script;
}

const HADOOP = `#!/usr/bin/env bash
jars="$(cd "$(dirname "\${BASH_SOURCE[0]}")/../jars" && pwd)"
tool=$1
shift
local=(-D mapreduce.framework.name=local -D fs.defaultFS=file:/// -D "hadoop.tmp.dir=$PWD/hadoop"
  -D mapreduce.local.map.tasks.maximum=2 -D mapreduce.local.reduce.tasks.maximum=2)
case $tool in
  jar) shift; exec java -Xmx1g -cp "$jars:$jars/*" org.apache.hadoop.streaming.HadoopStreaming "\${local[@]}" "$@" ;;
  fs) exec java -Xmx256m -cp "$jars:$jars/*" org.apache.hadoop.fs.FsShell -D fs.defaultFS=file:/// "$@" ;;
esac
`;

function run(command: string, words: readonly string[]): void {
  const { status, stderr } = spawnSync(command, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
}
