import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { findingCodes } from '../../../src/core/policy/finding';
import { readAnalysisSettings } from '../../../src/core/policy/readAnalysisSettings';
import { findingMeanings } from '../../../src/core/words/findingMeanings';
import { lintCommand } from '../../../src/cli/commands/lint';

const root = new URL('../../../', import.meta.url);
const textOf = (file: string): string => readFileSync(new URL(file, root), 'utf8');
const docs = textOf('docs/lint.md');

describe('docs/lint.md', () => {
  it('says of every code what it means, in one row, as the lint does, and of no other', () => {
    const rows = [...docs.matchAll(/^\| `([\w-]+)` +\| [^|]+\| (.*?) *\|$/gm)].map(([, code, means]) => [
      code,
      means,
    ]);
    const known = findingCodes.map((code) => [code, findingMeanings[code].meaning]);
    expect(rows.sort()).toEqual(known.sort());
  });

  it('shows settings that are ones', () => {
    const [, settings = ''] = /## Settings[^]*?```yaml\n([^]*?)```/.exec(docs) ?? [];
    expect(readAnalysisSettings(settings, 'docs/lint.md')).toEqual({
      cilium: '1.19',
      severities: { 'l7-dns': 'off', 'l7-http': 'error' },
    });
  });

  it('names options that there are', () => {
    const named = [...docs.matchAll(/--([a-z][a-z-]*)/g)].map(([, option]) => option ?? '');
    const known = Object.keys(lintCommand.options);
    expect(named.filter((option) => !known.includes(option))).toEqual([]);
  });
});

describe('action.yml', () => {
  const action = parse(textOf('action.yml')) as {
    readonly inputs: Readonly<Record<string, { readonly default: unknown }>>;
    readonly runs: { readonly steps: readonly Readonly<Record<string, unknown>>[] };
  };

  it('hands its inputs on as values and not as script', () => {
    const scripts = action.runs.steps.flatMap(({ run }) => (typeof run === 'string' ? [run] : []));
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
  });

  it('hands on what .ci/lint reads, and gives every input a default', () => {
    const env = Object.assign({}, ...action.runs.steps.map(({ env: own }) => own)) as Record<string, string>;
    const read = new Set([...textOf('.ci/lint').matchAll(/LINT_[A-Z_]+/g)].map(([name]) => name));
    expect(Object.keys(env).sort()).toEqual([...read].sort());
    expect(Object.values(action.inputs).map((input) => typeof input.default)).toEqual(
      Object.keys(action.inputs).map(() => 'string'),
    );
  });
});

describe('.pre-commit-hooks.yaml', () => {
  it('runs a script that may be run, and that runs the lint', () => {
    const [hook] = parse(textOf('.pre-commit-hooks.yaml')) as { entry: string; files: string }[];
    const entry = hook?.entry ?? '';
    expect(statSync(new URL(entry, root)).mode & 0o111).not.toBe(0);
    expect(textOf(entry)).toContain(`dist/cli.js" ${lintCommand.name} "$@"`);
    expect(new RegExp(hook?.files ?? '').test('deploy/policy.yaml')).toBe(true);
  });
});
