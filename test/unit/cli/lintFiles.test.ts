import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lintInputs, type LintInput } from '../../../src/cli/lintFiles';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-lint-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function put(name: string, content: string | Buffer = 'kind: List\n'): Promise<void> {
  await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
  await writeFile(path.join(folder, name), content);
}

async function read(...paths: string[]): Promise<LintInput[]> {
  const inputs: LintInput[] = [];
  const { signal } = new AbortController();
  for await (const input of lintInputs(paths, folder, () => Promise.resolve('from stdin'), signal))
    inputs.push(input);
  return inputs;
}

describe('what is linted', () => {
  it('is every manifest under a folder, in order, and nothing of others', async () => {
    for (const name of ['b.yml', 'a.yaml', 'chart/t/c.tpl', 'd.JSON', 'e.txt', 'README.md']) await put(name);
    for (const name of ['node_modules/x.yaml', '.git/y.yaml', 'deep/node_modules/z.yaml']) await put(name);
    const inputs = await read('.');
    expect(inputs.map(({ file }) => file)).toEqual(['a.yaml', 'b.yml', 'chart/t/c.tpl', 'd.JSON']);
    expect(inputs.every((input) => 'text' in input && !input.named)).toBe(true);
  });

  it('is a named file whatever its ending, and standard input', async () => {
    await put('policy.txt', 'text');
    expect(await read('policy.txt', '-')).toEqual([
      { file: 'policy.txt', named: true, text: 'text' },
      { file: '-', named: true, text: 'from stdin' },
    ]);
  });

  it('keeps the name that was given', async () => {
    await put('manifests/a.yaml');
    const absolute = path.join(folder, 'manifests');
    expect((await read('./manifests/', absolute)).map(({ file }) => file)).toEqual([
      'manifests/a.yaml',
      `${absolute}/a.yaml`,
    ]);
  });

  it('leaves out with the reason what is binary, too large or cannot be followed', async () => {
    await put('binary.yaml', Buffer.from([0x7f, 0x45, 0, 1]));
    await put('huge.yaml', '');
    await truncate(path.join(folder, 'huge.yaml'), 6_000_000);
    await symlink('nowhere.yaml', path.join(folder, 'dangling.yaml'));
    const reasons = (await read('.')).map((input) =>
      'skipped' in input ? `${input.file}: ${input.skipped}` : '',
    );
    expect(reasons[0]).toBe('binary.yaml: it is binary');
    expect(reasons[1]).toMatch(/^dangling\.yaml: it cannot be read: ENOENT/);
    expect(reasons[2]).toBe('huge.yaml: it has 6.0 MB, more than the 5 MB that are read');
  });

  it('does not go round in circles', async () => {
    await put('sub/a.yaml');
    await symlink('..', path.join(folder, 'sub', 'up.yaml'));
    await symlink('a.yaml', path.join(folder, 'sub', 'link.yaml'));
    expect((await read('.')).map(({ file }) => file)).toEqual(['sub/a.yaml', 'sub/link.yaml']);
  });

  it('refuses a path that is not there', async () => {
    await expect(read('absent.yaml')).rejects.toMatchObject({
      kind: 'usage',
      what: 'There is no file absent.yaml.',
    });
  });
});
