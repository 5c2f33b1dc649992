import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readContexts } from '../../../src/kube/readContexts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-kube-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Entry {
  readonly name: string;
  readonly cluster?: string;
  readonly namespace?: string;
}

function kubeconfig(
  current: string | null,
  contexts: readonly Entry[],
  server = 'https://10.1.2.3:6443',
): string {
  const clusters = [...new Set(contexts.map(({ name, cluster }) => cluster ?? `${name}-cluster`))];
  return [
    'apiVersion: v1',
    'kind: Config',
    ...(current === null ? [] : [`current-context: ${current}`]),
    'preferences: {}',
    'clusters:',
    ...clusters.map((name) => `- name: ${name}\n  cluster: {server: "${server}"}`),
    'users:',
    ...contexts.map(({ name }) => `- name: ${name}-user\n  user: {token: secret-token-value}`),
    'contexts:',
    ...contexts.map(({ name, cluster, namespace }) => {
      const space = namespace === undefined ? '' : `, namespace: ${namespace}`;
      return `- name: ${name}\n  context: {cluster: ${cluster ?? `${name}-cluster`}, user: ${name}-user${space}}`;
    }),
    '',
  ].join('\n');
}

async function write(name: string, text: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, text);
  return file;
}

function listOf(...files: string[]): NodeJS.ProcessEnv {
  return { KUBECONFIG: files.join(path.delimiter), HOME: folder };
}

describe('contexts of one file', () => {
  it('carry cluster, user, namespace and server, the current one first', async () => {
    const file = await write(
      'a',
      kubeconfig('prod', [{ name: 'staging' }, { name: 'prod', namespace: 'shop' }]),
    );
    expect(await readContexts(listOf(file))).toEqual({
      contexts: [
        {
          name: 'prod',
          cluster: 'prod-cluster',
          user: 'prod-user',
          namespace: 'shop',
          server: 'https://10.1.2.3:6443',
          current: true,
          file,
        },
        {
          name: 'staging',
          cluster: 'staging-cluster',
          user: 'staging-user',
          namespace: null,
          server: 'https://10.1.2.3:6443',
          current: false,
          file,
        },
      ],
      current: 'prod',
      files: [file],
      missing: [],
      problems: [],
    });
  });

  it('come from ~/.kube/config when KUBECONFIG is not set or empty', async () => {
    await mkdir(path.join(folder, '.kube'));
    const file = await write('.kube/config', kubeconfig('home', [{ name: 'home' }]));
    for (const env of [
      { HOME: folder },
      { HOME: folder, KUBECONFIG: '' },
      { HOME: folder, KUBECONFIG: ':' },
    ]) {
      const { contexts, files } = await readContexts(env);
      expect(contexts.map(({ name }) => name)).toEqual(['home']);
      expect(files).toEqual([file]);
    }
  });

  it('are the first of each name, where a name is repeated', async () => {
    const twice = kubeconfig(null, [
      { name: 'twin', namespace: 'first' },
      { name: 'twin', namespace: 'second' },
    ]);
    const { contexts, problems } = await readContexts(listOf(await write('a', twice)));
    expect(contexts.map(({ namespace }) => namespace)).toEqual(['first']);
    expect(problems).toEqual([]);
  });

  it('are kept when a neighbour is broken', async () => {
    const text = `${kubeconfig('good', [{ name: 'good' }])}- name: broken\n- context: {cluster: nameless}\n`;
    const { contexts, problems } = await readContexts(listOf(await write('a', text)));
    expect(contexts.map(({ name }) => name)).toEqual(['good']);
    expect(problems).toEqual([]);
  });

  it('have no server where no file describes their cluster', async () => {
    const text = kubeconfig('lonely', [{ name: 'lonely' }]).replace(
      '- name: lonely-cluster',
      '- name: another',
    );
    expect((await readContexts(listOf(await write('a', text)))).contexts[0]?.server).toBeNull();
  });
});

describe('several files', () => {
  it('give the first current context, unlike the library', async () => {
    const first = await write('a', kubeconfig('one', [{ name: 'one' }]));
    const second = await write('b', kubeconfig('two', [{ name: 'two' }]));
    const { contexts, current } = await readContexts(listOf(first, second));
    expect(current).toBe('one');
    expect(contexts.map(({ name, current: is }) => [name, is])).toEqual([
      ['one', true],
      ['two', false],
    ]);
  });

  it('take the current context of a later file when the first has none', async () => {
    const first = await write('a', kubeconfig(null, [{ name: 'one' }]));
    const second = await write('b', kubeconfig('one', []));
    expect((await readContexts(listOf(first, second))).contexts[0]).toMatchObject({
      name: 'one',
      current: true,
    });
  });

  it('may repeat names: the first file wins, for clusters too', async () => {
    const first = await write('a', kubeconfig(null, [{ name: 'twin', namespace: 'a' }], 'https://first'));
    const second = await write('b', kubeconfig(null, [{ name: 'twin', namespace: 'b' }], 'https://second'));
    const { contexts } = await readContexts(listOf(first, second));
    expect(contexts).toHaveLength(1);
    expect(contexts[0]).toMatchObject({ namespace: 'a', server: 'https://first', file: first });
  });

  it('may be missing, empty or hold only comments', async () => {
    const empty = await write('empty', '');
    const comments = await write('comments', '# nothing\n---\n\n');
    const good = await write('good', kubeconfig('good', [{ name: 'good' }]));
    const absent = path.join(folder, 'absent');
    const { contexts, missing, files, problems } = await readContexts(listOf(absent, empty, comments, good));
    expect(contexts.map(({ name }) => name)).toEqual(['good']);
    expect(missing).toEqual([absent]);
    expect(files).toEqual([empty, comments, good]);
    expect(problems).toEqual([]);
  });

  it('that cannot be read are named, and the others are read', async () => {
    const broken = await write('broken', 'contexts: [\n  token: secret-token-value\n');
    const alien = await write('alien', 'just a text, with a secret-token-value');
    const list = await write('list', '- contexts: 1\n');
    const good = await write('good', kubeconfig('good', [{ name: 'good' }]));
    const { contexts, problems } = await readContexts(listOf(broken, alien, folder, list, good));
    expect(contexts.map(({ name }) => name)).toEqual(['good']);
    expect(problems.map(({ file }) => file)).toEqual([broken, alien, folder]);
    expect(problems[0]?.reason).toMatch(/^is not a kubeconfig: /);
    expect(problems[1]?.reason).toMatch(/has none of its keys/);
    expect(problems[2]?.reason).toMatch(/EISDIR/);
    expect(JSON.stringify(problems)).not.toContain('secret');
  });
});

describe('no cluster at all', () => {
  it('is an empty list, not the made-up one at localhost', async () => {
    const { contexts, current, files, missing } = await readContexts({ HOME: folder });
    expect(contexts).toEqual([]);
    expect(current).toBeNull();
    expect(files).toEqual([]);
    expect(missing).toEqual([path.join(folder, '.kube', 'config')]);
  });

  it('names a current context that no file has', async () => {
    const file = await write('a', kubeconfig('gone', [{ name: 'here' }]));
    const { contexts, current, problems } = await readContexts(listOf(file));
    expect(contexts.every((context) => !context.current)).toBe(true);
    expect(current).toBe('gone');
    expect(problems).toEqual([{ file, reason: 'names "gone" as the current context, and no file has it' }]);
  });
});
