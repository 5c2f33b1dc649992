import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adviseCommand } from '../../../src/cli/commands/advise';
import { dispatch } from '../../../src/cli/dispatch';
import type { Run } from '../../../src/core/result/run';
import { serviceScale } from '../../../src/core/scenario/serviceScale';
import { rawCilium, rawConfigMap, rawNode } from '../cluster/objects';
import { createFakeApi, refused } from '../kube/fakeApi';
import type { FakeApi } from '../kube/fakeApi';
import { openWorkshop } from '../kube/workshop';
import type { Workshop } from '../kube/workshop';
import { clusterRun } from '../result/advice/situations';
import { runOf, scaleValues } from '../words/runs';
import { fakeContext } from './fakeContext';

let workshop: Workshop;
let api: FakeApi;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-advise-'));
  workshop = await openWorkshop();
  api = createFakeApi({
    identity: 'the-uid',
    nodes: [rawNode('a')],
    daemonSets: [rawCilium('quay.io/cilium/cilium:v1.19.1')],
    configMaps: [
      rawConfigMap('kube-system/cilium-config', {
        'routing-mode': 'native',
        'kube-proxy-replacement': 'true',
        'bpf-lb-map-max': '1024',
      }),
    ],
  });
  workshop.server.handle(api.handler);
});
afterEach(async () => {
  await workshop.close();
  await rm(folder, { recursive: true, force: true });
});

async function keep(run: Run): Promise<void> {
  await mkdir(path.join(folder, 'runs', run.id), { recursive: true });
  await writeFile(path.join(folder, 'runs', run.id, 'run.json'), JSON.stringify(run));
}

async function advise(...words: readonly string[]) {
  const { context, out, err } = fakeContext({ cwd: folder, env: workshop.env });
  const code = await dispatch(['advise', ...words, '--store', 'runs'], [adviseCommand], '0', context);
  return { code, out: out().replaceAll('\u2009', ' '), err: err() };
}

interface Advised {
  readonly advice: readonly {
    readonly code: string;
    readonly what: unknown;
    readonly basis: readonly unknown[];
  }[];
}

describe('advise --context', { timeout: 30_000 }, () => {
  it('stands on what that cluster says of itself, and only reads', async () => {
    const { code, out, err } = await advise(
      ...['--context', 'test', '--services', '3000', '--endpoints', '4', '--format', 'json'],
    );
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const { advice } = JSON.parse(out) as Advised;
    const map = advice.find((one) => one.code === 'service-map');
    // 1,024 entries are too few for 3,000 Services, whatever each takes.
    expect(map?.what).toMatchObject({
      services: 3000,
      endpoints: 4,
      maps: expect.arrayContaining([
        expect.objectContaining({ map: 'services', limit: 1024, stance: 'raise' }),
      ]) as unknown,
    });
    expect(JSON.stringify(map?.basis)).toContain('ConfigMap kube-system/cilium-config');
    expect(out).not.toContain('very-secret');
    expect(workshop.server.requests.every((request) => request.startsWith('GET '))).toBe(true);
  });

  it('holds those facts beside the runs of that context, and no others', async () => {
    await keep(runOf(serviceScale, scaleValues, { id: 'lab' }));
    await keep(
      clusterRun(serviceScale, scaleValues, {
        id: 'there',
        target: { kind: 'kube', name: 'test', fingerprint: {} },
      }),
    );
    const { out } = await advise('--context', 'test', '--format', 'json');
    expect(JSON.parse(out)).toMatchObject({ target: { kind: 'kube', name: 'test' }, runs: ['there'] });
    const other = await advise('lab', '--context', 'test');
    expect([other.code, other.out]).toEqual([2, '']);
    expect(other.err).toContain('The runs are of the local lab, and the context is test.');
  });

  it('says what it could not know where the cluster refuses, and does not guess', async () => {
    api.fault('/api/v1/namespaces/kube-system/configmaps/cilium-config', refused);
    const { out } = await advise(
      '--context',
      'test',
      '--services',
      '3000',
      '--endpoints',
      '4',
      '--format',
      'json',
    );
    const { advice } = JSON.parse(out) as Advised;
    const map = advice.find((one) => one.code === 'service-map');
    expect(JSON.stringify(map?.what ?? null)).not.toContain('1024');
  });

  it('ends with a usage error where there is no such context', async () => {
    const { code, out, err } = await advise('--context', 'nowhere');
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('nowhere');
  });
});
