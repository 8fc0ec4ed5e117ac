import svelte from 'eslint-plugin-svelte';
import prettier from 'eslint-config-prettier';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/**
 * Who may import whom (docs/architecture.md). One table, one rule: a folder may name only the folders listed for it.
 * The browser half of app/ knows only domain/; app/lib/server and the +server / +page.server files are the server half.
 */
const folders = ['domain', 'store', 'gis-data', 'ingest', 'realtime', 'lib', 'scripts', 'tests'];
const may = {
  domain: [],
  store: ['domain'],
  'gis-data': ['domain', 'store'],
  ingest: ['domain', 'store', 'gis-data'],
  realtime: ['domain', 'store'],
};
const forbid = (allowed, own) => ({
  'no-restricted-imports': [
    'error',
    {
      patterns: [
        ...folders
          .filter((f) => f !== own && !allowed.includes(f))
          .map((f) => ({ group: [`#${f}/*`], message: `${own} may not import ${f} (docs/architecture.md)` })),
        {
          regex: `^(\\.\\./)+(${folders.filter((f) => f !== own).join('|')}|app)/`,
          message: 'cross folders by #name/, so that the import rule can see it',
        },
      ],
    },
  ],
});
const tests = ['**/*.test.ts', '**/*.e2e.ts', '**/*.bench.ts'];

export default ts.config(
  { ignores: ['build/', '.watchfloor/', 'app/.svelte-kit/', '**/fixtures/**'] },
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  prettier,
  ...svelte.configs.prettier,
  { languageOptions: { globals: { ...globals.node } }, linterOptions: { reportUnusedDisableDirectives: true } },
  {
    files: ['**/*.ts'],
    ignores: ['app/**'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      globals: { ...globals.browser },
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig },
    },
    rules: { 'svelte/no-navigation-without-resolve': 'off' },
  },
  { files: ['app/**'], languageOptions: { globals: { ...globals.browser } } },
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-empty': ['error', { allowEmptyCatch: false }],
    },
  },
  ...Object.entries(may).map(([own, allowed]) => ({
    files: [`${own}/**/*.ts`],
    ignores: tests,
    rules: forbid(allowed, own),
  })),
  {
    files: ['app/**'],
    ignores: [
      ...tests,
      'app/lib/server/**',
      'app/**/+*.server.ts',
      'app/**/+server.ts',
      'app/hooks.server.ts',
      'app/server.ts',
    ],
    rules: forbid(['domain', 'lib'], 'app'),
  },
  {
    files: ['app/lib/server/**', 'app/**/+*.server.ts', 'app/**/+server.ts', 'app/hooks.server.ts', 'app/server.ts'],
    ignores: tests,
    rules: forbid(['domain', 'store', 'gis-data', 'lib'], 'app'),
  },
);
