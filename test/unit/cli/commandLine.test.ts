import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRunStore } from '../../../src/store/runStore';
import { aPlan, aRawOutput, aRun, aSample } from '../store/aRun';

const cli = path.resolve('dist/cli.js');
const isBuilt = existsSync(cli);
if (!isBuilt)
  console.warn(
    'SKIPPED: the built command line is not tested, because dist/cli.js is not there (npm run build).',
  );

const l7 = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: checkout, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: checkout}}
  ingress:
  - toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules:
        http:
        - method: GET
          path: /cart
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-cli-'));
  await writeFile(path.join(folder, 'l7.yaml'), l7);
  await writeFile(path.join(folder, 'plain.yaml'), 'kind: ConfigMap\n');
  await writeFile(
    path.join(folder, 'broken.yaml'),
    'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\na: [1\nb: }{\n- c\n',
  );
  await writeFile(
    path.join(folder, 'kubeconfig'),
    `contexts:
- name: prod
  context: {cluster: c, user: u}
- name: nobody-listens
  context: {cluster: d, user: u}
clusters:
- name: d
  cluster: {server: "https://127.0.0.1:1"}
users:
- name: u
  user: {}
current-context: prod
`,
  );
  const sink = createRunStore(path.join(folder, 'runs')).sink();
  await sink.begin(aRun({ samples: [] }), aPlan);
  await sink.sample(aRun(), aSample(), aRawOutput);
  await sink.end(aRun());
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function cilium(args: readonly string[], input = ''): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env['PATH'], HOME: folder, KUBECONFIG: path.join(folder, 'kubeconfig') };
    const child = spawn(process.execPath, [cli, ...args], { cwd: folder, env });
    const texts = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.err += text));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, ...texts });
    });
    child.stdin.end(input);
  });
}

describe.skipIf(!isBuilt)('the built command line', { timeout: 20_000 }, () => {
  it('lints a file and standard input to the same finding, on the http key', async () => {
    const file = await cilium(['lint', 'l7.yaml', '--format', 'json']);
    const stdin = await cilium(['lint', '-', '--format=json'], l7);
    expect([file.code, stdin.code]).toEqual([0, 0]);
    const document = JSON.parse(file.out) as { findings: object[]; files: object[] };
    expect(document.findings).toMatchObject([
      {
        file: 'l7.yaml',
        code: 'l7-http',
        document: 0,
        range: { start: { line: 9, character: 8 }, end: { line: 9, character: 12 } },
        protocol: 'http',
        direction: 'ingress',
      },
    ]);
    expect(document.files).toEqual([{ file: 'l7.yaml', documents: 1, policies: 1 }]);
    expect(stdin.out.replaceAll('"-"', '"l7.yaml"')).toBe(file.out);
  });

  it.each([
    [['lint', '.', '--fail-on', 'warning'], 1],
    [['lint', '.', '--fail-on', 'never'], 0],
    [['lint', 'plain.yaml'], 0],
    [['lint', 'absent.yaml'], 2],
    [['lint'], 2],
    [['report', 'latest', '--store', 'runs', '--format', 'json'], 0],
    [['report', 'elephant', '--store', 'runs'], 2],
    [['run', 'elephant'], 2],
    [['run', 'rps', '--profile', 'fast'], 2],
    [['run', 'rps', '--set', 'nonsense=1'], 2],
    [['run', 'rps', '--target', 'kube'], 2],
    [['run', 'rps', '--context', 'nobody-listens', '--yes'], 3],
    [['run', 'rps', '--context', 'elephant'], 2],
    [['run', 'rps', '--allow', 'host-network'], 2],
    [['run', 'rps', '--rounds', 'many'], 2],
    [['run', 'this-policy', '--policy', 'plain.yaml'], 2],
    [['rbac', 'elephant'], 2],
    [['run', 'policy-overhead', '--policy', 'absent.yaml'], 2],
    [['run', 'policy-overhead', '--policy', 'plain.yaml'], 2],
    [['run', 'policy-overhead', '--policy', 'broken.yaml'], 2],
    [['plan'], 2],
    [['elephant'], 2],
    [['undo', 'elephant'], 2],
    [['calibrate', '--only', 'list'], 0],
    [['calibrate', '--only', 'elephant'], 2],
    [['calibrate', '--rounds', '1'], 2],
    [['run', '--resume', 'elephant'], 2],
    [['run', 'rps', '--resume', 'elephant'], 2],
  ])('%j exits with %i and says why in one line', async (args, code) => {
    const ended = await cilium(args);
    expect(ended).toMatchObject({ code });
    if (code >= 2 && args[1] !== 'broken.yaml') {
      expect(ended.out).toBe('');
      expect(ended.err).toMatch(/^cilium-bench: [^\n]+\n$/);
    }
  });

  it('reports a stored run in every format', async () => {
    const json = await cilium(['report', '2026-11', '--store', 'runs', '--format', 'json']);
    expect(JSON.parse(json.out)).toEqual(aRun());
    const html = await cilium(['report', 'latest', '--store', 'runs']);
    expect(html.out).toMatch(/^<!doctype html>/i);
    for (const format of ['md', 'csv']) {
      const written = await cilium([
        'report',
        'latest',
        '--store',
        'runs',
        '--format',
        format,
        '-o',
        `out.${format}`,
      ]);
      expect(written).toMatchObject({ code: 0, out: '' });
      expect(existsSync(path.join(folder, `out.${format}`))).toBe(true);
    }
  });

  it('lists the lab and every context as one JSON document', async () => {
    const { code, out } = await cilium(['targets', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      schemaVersion: 1,
      targets: [
        { kind: 'lab' },
        { kind: 'kube', name: 'prod', current: true, canRun: null },
        { kind: 'kube', name: 'nobody-listens', current: false },
      ],
    });
  });
});
