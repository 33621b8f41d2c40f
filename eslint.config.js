import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Folders that walk the road: no files, no clocks, no chance of their own. See ARCHITECTURE.md. */
const pureFolders = [
  'bytes',
  'stats',
  'capture',
  'flow',
  'host',
  'learn',
  'score',
  'report',
  'synth',
];

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'models/', 'node_modules/', '.rapsheet-cache/'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.js', '.dependency-cruiser.mjs'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      eqeqeq: 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Typed-array reads inside their bounds: `!` costs nothing there, a run-time check would.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Bit tricks, hashes and numbers of the wire need no ceremony.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'max-params': ['warn', 5],
      complexity: ['warn', 20],
      'max-lines-per-function': ['warn', 80],
      'max-lines': ['warn', 450],
    },
  },
  {
    files: pureFolders.map((folder) => `src/${folder}/**/*.ts`),
    rules: {
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Take a seed: results must repeat.' },
        { object: 'Date', property: 'now', message: 'Take the time as an argument.' },
        { object: 'performance', property: 'now', message: 'Clocks belong to the doors.' },
      ],
    },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: { 'max-lines-per-function': 'off', 'max-lines': 'off', complexity: 'off' },
  },
  { files: ['**/*.js', '**/*.mjs'], ...tseslint.configs.disableTypeChecked },
);
