import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ciliumVersions } from '../../../src/core/policy/semantics/model';
import { compareAny, questions } from '../../oracle/compare';
import { ours } from '../../oracle/ours';
import { outOfScope } from '../../oracle/outOfScope';
import { generated, handmade, hashOfGenerated } from '../../oracle/sources';
import { readStored, writeStored } from '../../oracle/stored';
import { rowOf, tableFile } from '../../oracle/table';

/* Our analysis against answers of Cilium's own packages, stored by `npm run oracle -- --store`: no Go is needed. */

const root = process.cwd();
const folder = path.join(root, 'test', 'oracle');
const text = readFileSync(path.join(folder, 'stored', 'answers.jsonl'), 'utf8');
const stored = readStored(text);

describe('the stored answers', () => {
  // Making the cases anew takes a second, and many where the machine is shared.
  it('are of the cases that the generator makes', { timeout: 60_000 }, () => {
    expect(hashOfGenerated(stored.seed, stored.answers.length)).toBe(stored.casesHash);
  });
  it('are read as they were written', () => {
    expect(writeStored(stored)).toBe(text);
  });
});

describe('a label that a selector names twice', () => {
  const manifest = (labels: string) => [
    {
      name: 'a.yaml',
      text: `{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: a}, spec: {endpointSelector: {matchLabels: {${labels}}}, ingress: [{toPorts: [{ports: [{port: "80"}]}]}]}}`,
    },
  ];
  const subjects = ['web', 'db'].map((app) => ({
    labels: { 'k8s:app': app, 'k8s:io.kubernetes.pod.namespace': 'default' },
    isHost: false,
    isCombined: false,
  }));
  const selected = async (labels: string) =>
    (await ours(manifest(labels), '1.20', subjects)).map(({ endpoints }) =>
      endpoints.filter(({ ports }) => ports.length > 0).map((endpoint) => endpoint.labels['k8s:app']),
    );
  it('has either of the values, one a reading', async () => {
    expect(await selected('app: web, "any:app": db')).toEqual([['web'], ['db']]);
  });
  it('is judged by the API server with both', async () => {
    const answers = await ours(manifest(`app: web, "any:app": "not valid"`), '1.20', []);
    expect(answers.map(({ documents }) => documents[0]?.accepted)).toEqual([true, false]);
    expect(answers.map(({ documents }) => documents[0]?.schemaAccepted)).toEqual([false, false]);
  });
  it('is named once where the sources differ', async () => {
    expect(await selected('app: web, "k8s:app": web')).toEqual([['web']]);
  });
});

describe.each(ciliumVersions)('our analysis and Cilium %s', (version) => {
  it('say the same of generated policies', { timeout: 120_000 }, async () => {
    const differences: string[] = [];
    const asked = new Map<string, number>();
    for (const [index, answer] of stored.answers.entries()) {
      const { name, files } = generated(stored.seed, index);
      const theirs = answer[version];
      const comparison = compareAny(theirs, await ours(files, version, theirs.endpoints));
      for (const question of questions)
        asked.set(question, (asked.get(question) ?? 0) + comparison.asked[question]);
      const whole = files.map((file) => file.text).join('\n');
      for (const found of comparison.disagreements)
        if (!outOfScope.some(({ holds }) => holds(found, whole, version)))
          differences.push(`${name} ${found.question}`);
    }
    expect([...new Set(differences)]).toEqual([]);
    // Nothing is proven where nothing was asked.
    for (const question of questions) expect(asked.get(question)).toBeGreaterThan(500);
  });

  it('say the same of the hard cases', async () => {
    const [, ...rows] = readFileSync(path.join(folder, 'cases', tableFile(version)), 'utf8')
      .trimEnd()
      .split('\n');
    const cases = handmade(root);
    expect(rows.map((row) => row.split('\t')[0])).toEqual(cases.map(({ name }) => name));
    for (const [at, { name, files }] of cases.entries()) {
      const expected = rows[at] ?? '';
      const [answer] = await ours(files, version, []);
      if (!answer) throw new Error(`no answer to ${name}`);
      // Endpoints are asked for by the oracle; what a file says of its documents needs none.
      expect(rowOf(name, answer).split('\t').slice(0, 4)).toEqual(expected.split('\t').slice(0, 4));
    }
  });
});
