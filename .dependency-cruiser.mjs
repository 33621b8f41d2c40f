/** The order the data flows. A folder may import only from the folders named beside it. */
const mayImport = {
  bytes: [],
  stats: ['bytes'],
  capture: ['bytes'],
  flow: ['bytes', 'stats', 'capture'],
  host: ['bytes', 'stats', 'flow'],
  learn: ['bytes', 'stats'],
  score: ['bytes', 'stats', 'host', 'learn'],
  report: ['score'],
  synth: ['bytes', 'capture'],
  job: ['bytes', 'stats', 'capture', 'flow', 'host', 'learn', 'score', 'synth'],
  server: ['bytes', 'flow', 'host', 'learn', 'score', 'report', 'job'],
  cli: ['bytes', 'capture', 'flow', 'host', 'learn', 'score', 'report', 'synth', 'job', 'server'],
};
const pure = Object.keys(mayImport).filter((f) => !['job', 'server', 'cli'].includes(f));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment:
        'Two files that need each other are one idea, or hide a third: move the shared part down.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'Nothing reaches this file: use it or delete it.',
      from: { orphan: true, path: '^src/' },
      to: {},
    },
    {
      name: 'not-through-the-index',
      severity: 'error',
      comment: 'index.ts files are for users of the package; inside, import the file itself.',
      from: { path: '^src/' },
      to: { path: '^src/[^/]+/index[.]ts$' },
    },
    ...Object.entries(mayImport).map(([folder, allowed]) => ({
      name: `${folder}-looks-only-upstream`,
      severity: 'error',
      comment: `src/${folder} may import from: ${allowed.join(', ') || 'nothing here'}. Pass the value in as an argument, or move the shared part to a folder upstream. See ARCHITECTURE.md.`,
      from: { path: `^src/${folder}/` },
      to: { path: '^src/', pathNot: [folder, ...allowed].map((f) => `^src/${f}/`) },
    })),
    {
      name: 'the-core-does-no-io',
      severity: 'error',
      comment:
        'Files, sockets, processes and clocks belong to job, server and cli: take an AsyncIterable<Uint8Array>, give back a value.',
      from: { path: `^src/(${pure.join('|')})/` },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(assert|util|crypto)$' },
    },
    {
      name: 'packages-stay-at-their-door',
      severity: 'error',
      comment:
        'fastify only in server, cac only in cli, TensorFlow.js and ml-kmeans only in learn: wrap it there.',
      from: { path: '^src/', pathNot: '^src/(server|cli|learn)/' },
      to: { path: 'node_modules/(fastify|@fastify|cac|@tensorflow|ml-kmeans)' },
    },
    {
      name: 'parquet-at-its-doors',
      severity: 'error',
      comment:
        'Parquet is written in src/report (see rows.ts) and read in src/job: it is one format of a table.',
      from: { path: '^src/', pathNot: '^src/(report|job)/' },
      to: { path: 'node_modules/hyparquet' },
    },
    {
      name: 'src-never-imports-tests',
      severity: 'error',
      comment: 'What both need belongs to src.',
      from: { path: '^src/' },
      to: { path: '^(test|bench|datasets)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true, // a type is a dependency too
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
};
