import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currentContext, currentContextIn } from '../../../src/kube/currentContext';

describe('the current context', () => {
  it.each([
    ['current-context: prod\n', 'prod'],
    ['kind: Config\ncurrent-context: "a b"\r\ncontexts: []\n', 'a b'],
    ["current-context: 'arn:aws:eks:eu-1:1:cluster/x' # mine\n", 'arn:aws:eks:eu-1:1:cluster/x'],
    ['{"kind": "Config",\n "current-context": "prod"}', 'prod'],
    ['current-context: ""\n', null],
    ['current-context:\n', null],
    ['# current-context: prod\n', null],
    ['kind: Config\n', null],
  ])('of %j', (text, expected) => {
    expect(currentContextIn(text)).toBe(expected);
  });

  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'kube-'));
    await writeFile(path.join(folder, 'none'), 'kind: Config\n');
    await writeFile(path.join(folder, 'first'), 'current-context: one\n');
    await writeFile(path.join(folder, 'second'), 'current-context: two\n');
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('is of the first file that names one', async () => {
    const files = ['gone', 'none', 'first', 'second'].map((name) => path.join(folder, name));
    expect(await currentContext({ KUBECONFIG: files.join(path.delimiter) })).toBe('one');
    expect(await currentContext({ KUBECONFIG: path.join(folder, 'gone') })).toBeNull();
  });
});
