/**
 * `node src/job/spark/build.mjs jar|program|spark [FOLDER]`: makes what a cluster job ships.
 *
 *   jar      compiles `rapsheet/*.java` against Spark's jars (fetched by Maven when they are not there yet), for
 *            Java 8 and later, to FOLDER/rapsheet-spark.jar
 *   program  makes the one-file program of a job's stages, to FOLDER/rapsheet.mjs
 *   spark    fetches Spark alone, for tests, to .rapsheet-cache/spark
 *
 * FOLDER: dist/job/spark, where the engines look.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const project = fileURLToPath(new URL('../../../', import.meta.url));
const sparkHome = join(project, '.rapsheet-cache', 'spark');
const [what = '', folder = join(project, 'dist', 'job', 'spark')] = process.argv.slice(2);
const tasks = { jar: buildJar, program: buildProgram, spark: fetchSpark };

if (!(what in tasks)) {
  process.stderr.write('usage: node src/job/spark/build.mjs jar|program|spark [FOLDER]\n');
  process.exit(2);
}
await tasks[what]();

function buildJar() {
  fetchSpark();
  const classes = mkdtempSync(join(tmpdir(), 'rapsheet-classes-'));
  const sources = join(here, 'rapsheet');
  const files = readdirSync(sources).map((name) => join(sources, name));
  // Warnings of Spark's own class files and of options are none of ours.
  const lint = '-Xlint:all,-options,-classfile,-processing';
  run('javac', ['--release', '8', lint, '-Werror', '-cp', join(sparkHome, 'jars', '*'), '-d', classes, ...files]); // prettier-ignore
  mkdirSync(folder, { recursive: true });
  // A fixed date: the same sources give the same bytes.
  run('jar', ['--create', '--file', join(folder, 'rapsheet-spark.jar'), '--date', '2026-01-01T00:00:00Z', '-C', classes, '.']); // prettier-ignore
  rmSync(classes, { recursive: true });
}

async function buildProgram() {
  await build({
    entryPoints: [join(project, 'src', 'cli', 'job-main.ts')],
    outfile: join(folder, 'rapsheet.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
}

/** Spark as Maven has it: jars without scripts. The one script that is needed is written here. */
function fetchSpark() {
  const jars = join(sparkHome, 'jars');
  if (existsSync(join(sparkHome, 'RELEASE'))) return;
  run('mvn', ['-q', '-B', '-f', join(here, 'pom.xml'), 'dependency:copy-dependencies', `-DoutputDirectory=${jars}`, '-DincludeScope=runtime']); // prettier-ignore
  mkdirSync(join(sparkHome, 'bin'), { recursive: true });
  for (const [name, main] of [
    ['spark-submit', 'org.apache.spark.deploy.SparkSubmit '],
    ['spark-class', ''],
  ]) {
    writeFileSync(join(sparkHome, 'bin', name), launcher(main));
    chmodSync(join(sparkHome, 'bin', name), 0o755);
  }
  // Spark's launcher takes a folder with this file for a distribution.
  writeFileSync(join(sparkHome, 'RELEASE'), '');
}

/** The launcher prints the java command, with the flags Java 17 needs, its words ended by NUL. */
function launcher(main) {
  return `#!/usr/bin/env bash
export SPARK_HOME="$(cd "$(dirname "\${BASH_SOURCE[0]}")/.." && pwd)" SPARK_SCALA_VERSION=2.13
words=()
while IFS= read -d '' -r word; do [ -n "\${word//[[:space:]]}" ] && words+=("\${word#$'\\n'}"); done \\
  < <(java -Xmx128m -cp "$SPARK_HOME/jars/*" org.apache.spark.launcher.Main ${main}"$@")
exec "\${words[@]}"
`;
}

function run(command, words) {
  const { status, error } = spawnSync(command, words, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (error !== undefined) {
    const why = error.code === 'ENOENT' ? 'not found: install it' : error.message;
    process.stderr.write(`${command}: ${why}\n`);
    process.exit(2);
  }
  if (status !== 0) process.exit(2);
}
