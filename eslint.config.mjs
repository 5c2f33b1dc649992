// Lint rules. The import table of ARCHITECTURE.md is written here as rules, so that a wrong import fails the check.
import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** The folders of src, and what each may import besides itself. `types` means `import type` only. */
const mayImport = {
  core: { folders: [], packages: ['yaml', 're2js'] },
  kube: { folders: ['core'], packages: ['@kubernetes/client-node', 'ws'] },
  lab: { folders: ['core'], packages: [] },
  store: { folders: ['core'], packages: ['fflate'] },
  push: { folders: ['core'], packages: [] },
  protocol: { folders: [], types: ['core'], packages: [] },
  ui: { folders: ['core', 'kube', 'lab', 'push', 'store', 'protocol'], packages: ['vscode'] },
  cli: { folders: ['core', 'kube', 'lab', 'push', 'store'], types: ['protocol'], packages: [] },
};
const allPackages = [
  'vscode',
  'yaml',
  're2js',
  '@kubernetes/client-node',
  'ws',
  'chart.js',
  '@vscode/webview-ui-toolkit',
  'fflate',
];
const allFolders = [...Object.keys(mayImport), 'webview'];

const forbid = (folder, allowed) => ({
  files: folder === 'webview' ? ['webview/**/*.ts'] : [`src/${folder}/**/*.ts`],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          ...allFolders
            .filter((other) => other !== folder && !allowed.folders.includes(other))
            .map((other) => ({
              group: [`**/${other}/**`, `**/${other}`],
              allowTypeImports: allowed.types?.includes(other) ?? false,
              message: `${folder} may not import ${other}: see "Who may import whom" in ARCHITECTURE.md.`,
            })),
          ...allPackages
            .filter((name) => !allowed.packages.includes(name))
            .map((name) => ({ group: [name, `${name}/**`], message: `${folder} may not import ${name}.` })),
          ...(folder === 'core' || folder === 'protocol' || folder === 'webview'
            ? [{ group: ['node:*'], message: `${folder} is pure: no Node modules.` }]
            : []),
        ],
      },
    ],
  },
});

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'coverage/**',
      'artifacts/**',
      'node_modules/**',
      'test/vscode/host/**/node_modules/**',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'URL',
          'fetch',
          'setTimeout',
          'clearTimeout',
          'performance',
          'Buffer',
          'URLSearchParams',
          'AbortController',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  ...Object.entries(mayImport).map(([folder, allowed]) => forbid(folder, allowed)),
  forbid('webview', {
    folders: ['protocol'],
    types: ['core'],
    packages: ['chart.js', '@vscode/webview-ui-toolkit'],
  }),
  prettier,
);
