import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adviseCommand } from '../../../src/cli/commands/advise';
import { compareCommand } from '../../../src/cli/commands/compare';
import { runsCommand } from '../../../src/cli/commands/runs';
import { dispatch } from '../../../src/cli/dispatch';
import type { Run } from '../../../src/core/result/run';
import { hubble } from '../../../src/core/scenario/hubble';
import { serviceScale } from '../../../src/core/scenario/serviceScale';
import { clusterRun } from '../result/advice/situations';
import { simulatedRun } from '../result/comparedRuns';
import { normals } from '../result/samples';
import { runOf, scaleValues } from '../words/runs';
import { fakeContext } from './fakeContext';

type Json = Record<string, unknown>;

const schemaOf = (name: string): Json =>
  JSON.parse(readFileSync(path.join('media/schemas', `${name}.schema.json`), 'utf8')) as Json;
const ajv = new Ajv2020({ allErrors: false, strictTypes: false });
ajv.addFormat('date-time', (text: string) => !Number.isNaN(Date.parse(text)));
ajv.addSchema(schemaOf('run'));
const validators = Object.fromEntries(
  ['compare', 'drift', 'advise'].map((name) => [name, ajv.compile(schemaOf(name))]),
);

let folder: string;

async function keep(run: Run): Promise<void> {
  await mkdir(path.join(folder, 'runs', run.id), { recursive: true });
  await writeFile(path.join(folder, 'runs', run.id, 'run.json'), JSON.stringify(run));
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-schemas-'));
  const normal = normals(6);
  for (let day = 10; day < 18; day += 1) {
    const changes = { startedAt: `2026-11-${day}T10:00:00.000Z` };
    await keep(
      simulatedRun(`2026-11-${day}-policy-overhead-aa`, { level: day < 17 ? 1 : 0.5 }, normal, changes),
    );
  }
  await keep(runOf(serviceScale, scaleValues, { id: 'scale' }));
  await keep(clusterRun(hubble, ({ id }) => (id.startsWith('on') ? 16_000 : 20_000), { id: 'hubble' }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function output(...words: readonly string[]): Promise<Json> {
  const fake = fakeContext({ cwd: folder });
  const commands = [adviseCommand, compareCommand, runsCommand];
  await dispatch([...words, '--store', 'runs'], commands, '1.2.3', fake.context);
  expect(fake.err()).toBe('');
  return JSON.parse(fake.out()) as Json;
}

const outputs: readonly (readonly [string, readonly string[]])[] = [
  ['compare', ['compare', '2026-11-16', '2026-11-17', '--format', 'json']],
  ['compare', ['compare', '2026-11-16', 'scale', '--format', 'json']],
  ['compare', ['compare', '2026-11-17', 'published:tke-iptables', '--format', 'json']],
  ['drift', ['runs', 'drift', 'policy-overhead', '--json']],
  ['advise', ['advise', '--target', 'lab', '--format', 'json', '--services', '9000']],
  ['advise', ['advise', 'hubble', '--format', 'json']],
];

/** Every place of a value, objects and lists themselves left out. */
function leaves(value: unknown, at: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([key, child]) =>
    leaves(child, [...at, Array.isArray(value) ? Number(key) : key]),
  );
}

function without(value: Json, [key, ...rest]: readonly (string | number)[]): Json {
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Json;
  if (key === undefined) return copy;
  if (rest.length === 0) Reflect.deleteProperty(copy, key);
  else copy[key] = without(copy[key] as Json, rest);
  return copy;
}

/** Names that the schema has, of properties. */
const named = (schema: string, name: string): boolean => schema.includes(`"${name}":`);

describe('the published schemas of what commands print as JSON', () => {
  it.each(outputs)('%s: takes %j', async (name, words) => {
    const validate = validators[name];
    const printed = await output(...words);
    expect(validate?.(printed), JSON.stringify(validate?.errors)).toBe(true);
    // It describes every field that is printed, and refuses a document without those that a reader stands on.
    const schema = `${JSON.stringify(schemaOf(name))}${JSON.stringify(schemaOf('run'))}`;
    const paths = leaves(printed);
    // A finding is described by the schema of lint alone.
    const fields = paths.filter((one) => !one.includes('finding') && !one.includes('refusal')).flat();
    const told = new Set(fields.filter((key) => typeof key === 'string'));
    expect([...told].filter((key) => !named(schema, key))).toEqual([]);
    for (const key of ['schemaVersion', ...Object.keys(printed)])
      expect(validate?.(without(printed, [key]))).toBe(false);
    expect(validate?.({ ...printed, schemaVersion: 2 })).toBe(false);
  });

  it('refuse what is of another shape deep inside', async () => {
    const compare = await output(...(outputs[0]?.[1] ?? []));
    const deep = leaves(compare).filter((one) => one.at(-1) === 'detectablePercent');
    expect(deep.length).toBeGreaterThan(2);
    for (const one of deep) expect(validators['compare']?.(without(compare, one))).toBe(false);
    const drift = await output(...(outputs[3]?.[1] ?? []));
    expect(JSON.stringify(drift)).toContain('"verdict":');
    for (const one of leaves(drift).filter((place) => place.at(-1) === 'verdict'))
      expect(validators['drift']?.(without(drift, one))).toBe(false);
    const advise = await output(...(outputs[4]?.[1] ?? []));
    expect(advise['advice']).not.toEqual([]);
    for (const one of leaves(advise).filter((place) => place.at(-1) === 'level'))
      expect(validators['advise']?.(without(advise, one))).toBe(false);
  });
});
