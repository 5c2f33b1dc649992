import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

/** A step of a composite action: docs.github.com, "Metadata syntax for GitHub Actions". */
interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly if?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const root = path.resolve(import.meta.dirname, '../../..');
const action = parse(readFileSync(path.join(root, 'action.yml'), 'utf8')) as Action;
const lintStep = action.runs.steps.find(({ id }) => id === 'lint');
const isBuilt = existsSync(path.join(root, 'dist/cli.js'));
if (!isBuilt)
  console.warn('SKIPPED: the action is not run, because dist/cli.js is not there (npm run build).');

/** A policy that the agent refuses: HTTP rules on UDP. */
const refused = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: checkout, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: checkout}}
  ingress:
    - toPorts:
        - ports: [{port: "8080", protocol: UDP}]
          rules:
            http: [{method: GET}]
`;

let folder: string;
beforeEach(async () => {
  // As a runner lays them out, with the checkout's `.git`, above which no settings are looked for.
  folder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-action-'));
  await mkdir(path.join(folder, 'repository/.git'), { recursive: true });
  await put('deploy/checkout.yaml', refused);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const inRepository = (file: string): string => path.join(folder, 'repository', file);
async function put(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(inRepository(file)), { recursive: true });
  await writeFile(inRepository(file), text);
}

/** `${{ inputs.x }}` as GitHub puts it in; anything else would be left as it stands. */
const filledIn = (text: string, inputs: Readonly<Record<string, string>>): string =>
  text.replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name: string) => inputs[name] ?? '');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly output: string;
}

/** Runs the step as a runner does: the script in a file, `bash --noprofile --norc -eo pipefail`, the checkout as its folder. */
async function lint(given: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const { run = '', env = {} } = lintStep ?? {};
  const defaults = Object.entries(action.inputs).map(([name, input]) => [name, input.default] as const);
  const inputs = { ...Object.fromEntries(defaults), ...given };
  const script = path.join(folder, 'step.sh');
  const outputFile = path.join(folder, 'output');
  await writeFile(script, run);
  await writeFile(outputFile, '');
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
    cwd: inRepository('.'),
    env: {
      ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, filledIn(value, inputs)])),
      PATH: `${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
      HOME: folder,
      GITHUB_ACTION_PATH: root,
      GITHUB_WORKSPACE: inRepository('.'),
      GITHUB_OUTPUT: outputFile,
    },
  });
  const texts = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.err += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, ...texts, output: readFileSync(outputFile, 'utf8') };
}

describe('action.yml', () => {
  it('is a composite action whose scripts name their shell', () => {
    expect(action.runs.using).toBe('composite');
    for (const { run, uses, shell } of action.runs.steps) {
      expect([run, uses].filter((one) => one !== undefined)).toHaveLength(1);
      expect(shell).toBe(run === undefined ? undefined : 'bash');
    }
  });

  it('uploads what the lint step says that it wrote, after findings too', () => {
    const written = '${{ steps.lint.outputs.sarif-file }}';
    const upload = action.runs.steps.find(({ uses }) =>
      uses?.startsWith('github/codeql-action/upload-sarif@'),
    );
    expect(action.outputs['sarif-file']?.value).toBe(written);
    expect(upload?.with?.['sarif_file']).toBe(written);
    expect(upload?.if).toMatch(/^always\(\) && steps\.lint\.outputs\.sarif-file != ''/);
  });
});

describe.skipIf(!isBuilt)('the lint step', () => {
  it('marks lines of the repository, and fails for errors', async () => {
    const { code, out, output } = await lint();
    expect(code).toBe(1);
    const error = out.split('\n').find((line) => line.startsWith('::error '));
    expect(error).toMatch(
      /^::error file=deploy\/checkout\.yaml,line=\d+,endLine=\d+,col=\d+,endColumn=\d+,title=[^:]+::\S/,
    );
    expect(output).toBe('');
  });

  it.each([
    [{ 'fail-on': 'never' }, 0],
    [{ paths: 'quiet' }, 0],
    [{ paths: 'quiet', 'fail-on': 'info' }, 0],
    [{ paths: 'nowhere' }, 2],
    [{ cilium: 'elephant' }, 2],
  ])('ends as asked for: %j', async (inputs, code) => {
    await put('quiet/service.yaml', 'kind: Service\n');
    expect((await lint(inputs)).code).toBe(code);
  });

  it('writes SARIF to its file alone, names the file, and fails for errors all the same', async () => {
    const { code, out, output } = await lint({ format: 'sarif', 'sarif-file': 'out/of the/way.sarif' });
    expect({ code, out, output }).toEqual({ code: 1, out: '', output: 'sarif-file=out/of the/way.sarif\n' });
    const log = JSON.parse(readFileSync(inRepository('out/of the/way.sarif'), 'utf8')) as {
      runs: [{ results: { locations: [{ physicalLocation: { artifactLocation: { uri: string } } }] }[] }];
    };
    const uris = log.runs[0].results.map(
      ({ locations }) => locations[0].physicalLocation.artifactLocation.uri,
    );
    expect(new Set(uris)).toEqual(new Set(['deploy/checkout.yaml']));
  });

  it('leaves no file to upload where nothing was linted', async () => {
    await put('.cilium-bench.yaml', 'severities:\n  l7-htp: off\n  l7-dns: loud\n');
    const { code, out, err, output } = await lint({ format: 'sarif' });
    expect({ code, out, output }).toEqual({ code: 2, out: '', output: '' });
    expect(err).toContain('.cilium-bench.yaml:2: "l7-htp" is no finding.');
    expect(err).toContain('.cilium-bench.yaml:3: "loud" is no severity.');
    expect(existsSync(inRepository('cilium-bench.sarif'))).toBe(false);
  });

  it('takes each line of paths for one, and none for an option or for script', async () => {
    await put('-dash/a.yaml', refused);
    await put('with space/$(touch owned)/b.yaml', refused);
    const { code, out } = await lint({ paths: '-dash\n\nwith space/$(touch owned)\n' });
    expect(code).toBe(1);
    const files = [...out.matchAll(/^::error file=([^,]+)/gm)].map(([, file]) => file);
    expect([...new Set(files)].sort()).toEqual(['-dash/a.yaml', 'with space/$(touch owned)/b.yaml'].sort());
    expect(existsSync(inRepository('owned'))).toBe(false);
  });

  it('hands on settings, version and baseline', async () => {
    await put('ci/lint.yaml', 'severities:\n  l7-rejected: off\n');
    expect((await lint({ config: 'ci/lint.yaml', cilium: '1.18' })).code).toBe(0);
    await put('old.json', '{"schemaVersion": 1, "findings": {}}');
    expect((await lint({ baseline: 'old.json' })).code).toBe(1);
    expect((await lint({ baseline: 'none.json' })).code).toBe(2);
  });
});
