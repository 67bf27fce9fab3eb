import globals from 'globals';
import tseslint from 'typescript-eslint';
import importX from 'eslint-plugin-import-x';
import svelte from 'eslint-plugin-svelte';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';

/**
 * The rooms of the engine in the order in which they may build on each other: each may import those
 * named before it and none after it. ARCHITECTURE.md explains the order.
 */
const ENGINE_ROOMS = [
  'common',
  'audio',
  'features',
  'dataset',
  'model',
  'training',
  'evaluation',
  'classify',
  'library',
  'workflows',
  'server',
];

const roomZones = ENGINE_ROOMS.flatMap((room, index) =>
  ENGINE_ROOMS.slice(index + 1).map((later) => ({
    target: `./main/engine/${room}`,
    from: `./main/engine/${later}`,
    message: `main/engine/${room} lies below main/engine/${later} and must not import it (see ARCHITECTURE.md).`,
  })),
);

export default tseslint.config(
  { ignores: ['node_modules/', 'out/', 'dist/', '.cache/'] },
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    plugins: { 'import-x': importX },
    languageOptions: {
      globals: globals.node,
      parserOptions: {
        project: [
          './main/engine/tsconfig.json',
          './main/cli/tsconfig.json',
          './main/app/tsconfig.json',
          './preload/tsconfig.json',
          './renderer/tsconfig.json',
          './test/tsconfig.json',
          './test/e2e/tsconfig.json',
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver({ project: 'main/engine/tsconfig.json' })] },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': [
        'error',
        {
          zones: [
            ...roomZones,
            { target: './main/engine', from: './main/cli', message: 'The engine knows nothing of its callers.' },
            { target: './main/engine', from: './main/app', message: 'The engine knows nothing of its callers.' },
            { target: './main/engine', from: './renderer', message: 'The engine knows nothing of the page.' },
            { target: './main/cli', from: './main/app', message: 'The command line runs without Electron.' },
            {
              target: './main/app',
              from: './main/engine',
              except: ['./server/protocol.ts', './common/version.ts'],
              message: 'The main process computes nothing; it talks to the engine by its protocol.',
            },
            { target: './main', from: './test', message: 'The product does without its tests.' },
            { target: './main', from: './scripts', message: 'The product does without what builds it.' },
          ],
        },
      ],
    },
  },
  {
    files: ['main/engine/**/*.ts', 'main/cli/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^electron(/|$)', message: 'The engine and the command line run under plain Node.' }] },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ImportExpression[source.value=/^electron($|\\u002f)/]',
          message: 'The engine and the command line run under plain Node.',
        },
      ],
    },
  },
  ...svelte.configs.recommended.map((config) => ({ ...config, files: config.files ?? ['**/*.svelte'] })),
  {
    files: ['renderer/**/*.ts', 'renderer/**/*.svelte'],
    languageOptions: { globals: globals.browser },
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['node:*', 'electron', 'electron/*'], message: 'The page has no Node and no Electron.' },
            {
              regex: '(^|/)(main|preload)/(?!contract\\.ts$)',
              message: 'The page knows the contract alone.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    plugins: { '@typescript-eslint': tseslint.plugin, svelte },
    languageOptions: {
      parserOptions: {
        parser: tseslint.parser,
        project: './renderer/tsconfig.json',
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      ...tseslint.configs.strictTypeChecked.reduce((rules, config) => ({ ...rules, ...config.rules }), {}),
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // `$props()` and `$bindable()` are declared by let, as Svelte has it.
      'prefer-const': 'off',
      'svelte/prefer-const': ['error', { excludedRunes: ['$props'] }],
      // The types of Svelte's own snippets and props are not known to the linter's type checker.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { arguments: false, attributes: false } },
      ],
    },
  },
  {
    files: ['scripts/**/*.mjs', '*.mjs'],
    languageOptions: { globals: globals.node, sourceType: 'module', ecmaVersion: 2024 },
    rules: { 'no-unused-vars': 'error', 'no-undef': 'error' },
  },
  {
    files: ['scripts/**/*.mjs'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^(?!node:|\\.{1,2}/)', message: 'Set-up runs before any package is installed.' }] },
      ],
    },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { globals: globals.node, sourceType: 'commonjs', ecmaVersion: 2022 },
    rules: { 'no-unused-vars': 'error', 'no-undef': 'error' },
  },
);
