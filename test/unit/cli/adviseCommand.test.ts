import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adviseCommand } from '../../../src/cli/commands/advise';
import { dispatch } from '../../../src/cli/dispatch';
import type { Run } from '../../../src/core/result/run';
import { hubble } from '../../../src/core/scenario/hubble';
import { serviceScale } from '../../../src/core/scenario/serviceScale';
import { clusterRun } from '../result/advice/situations';
import { runOf, scaleValues } from '../words/runs';
import { fakeContext } from './fakeContext';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-advise-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function keep(run: Run): Promise<void> {
  await mkdir(path.join(folder, 'runs', run.id), { recursive: true });
  await writeFile(path.join(folder, 'runs', run.id, 'run.json'), JSON.stringify(run));
}

async function advise(...words: readonly string[]) {
  const fake = fakeContext({ cwd: folder });
  const code = await dispatch(
    ['advise', ...words, '--store', 'runs'],
    [adviseCommand],
    '1.2.3',
    fake.context,
  );
  return { code, out: fake.out().replaceAll('\u2009', ' '), err: fake.err() };
}

const scale = runOf(serviceScale, scaleValues, { id: 'scale' });
const hubbleRun = clusterRun(
  hubble,
  ({ id }, metric) => (metric === 'rps' ? (id.startsWith('on') ? 16_000 : 20_000) : 200),
  { id: 'hubble', startedAt: '2026-11-24T10:00:00.000Z' },
);

describe('advise', () => {
  it('advises on the target of the newest run, or on the one that is named', async () => {
    await keep(scale);
    await keep(hubbleRun);
    const newest = await advise();
    expect(newest.code).toBe(0);
    expect(newest.out).toContain('Advice for prod-eu-1, from 1 run\n\nHubble\n  Hubble brings 20.0 % fewer');
    const lab = await advise('--target', 'lab');
    expect(lab.out).toContain('Advice for the local lab, from 1 run\n\nWhat serves Services\n');
    expect(lab.out).not.toContain('Hubble');
  });

  it('stands on the runs that are named alone, and on those of one target', async () => {
    await keep(scale);
    await keep({ ...scale, id: 'other' });
    await keep(hubbleRun);
    const { out, code } = await advise('other', '--format', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ schemaVersion: 1, target: { kind: 'lab' }, runs: ['other'] });
    const mixed = await advise('other', 'hubble');
    expect(mixed).toMatchObject({ code: 2, out: '' });
    expect(mixed.err).toContain('other and hubble were made on different targets.');
  });

  it('judges the policies that are named', async () => {
    await keep(scale);
    await writeFile(
      path.join(folder, 'shop.yaml'),
      [
        'apiVersion: cilium.io/v2',
        'kind: CiliumNetworkPolicy',
        'metadata: { name: all-seen }',
        'spec:',
        '  endpointSelector: { matchLabels: { app: shop } }',
        '  ingress:',
        '    - toPorts:',
        '        - ports: [{ port: "80", protocol: TCP }]',
        '          rules: { http: [{}] }',
      ].join('\n'),
    );
    const { out } = await advise('--policies', 'shop.yaml', '--format', 'md');
    expect(out).toContain(
      'The one list of HTTP rules pays for the proxy, enforces nothing and could be L4: all-seen',
    );
    expect(out).toContain('shop.yaml:9');
  });

  it('ends with 4 where nothing can be advised, and says why', async () => {
    await keep({ ...scale, state: 'cancelled' });
    const { code, out } = await advise('--services', '30000');
    expect(code).toBe(4);
    expect(out).toContain('Nothing can be advised yet.');
    expect(out).toContain('scale was cancelled');
  });

  it.each([
    [['--services', '0'], '--services cannot be "0".'],
    [['--services', '1e9'], '--services cannot be "1e9".'],
    [['--endpoints', '2.5'], '--endpoints cannot be "2.5".'],
    [['--format', 'xml'], '--format cannot be "xml".'],
    [['nothing'], 'There is no run "nothing"'],
    [['scale', '--context', 'prod-eu-1'], 'The runs are of the local lab, and the context is prod-eu-1.'],
  ])('refuses %j', async (words, problem) => {
    await keep(scale);
    const { code, out, err } = await advise(...words);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(problem);
  });

  it('says that there are no runs', async () => {
    expect(await advise()).toMatchObject({ code: 2, out: '' });
  });
});
