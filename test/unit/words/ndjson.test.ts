import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { scenarios } from '../../../src/core/scenario/registry';
import ecs from './ecs/fields-8.11.0.json';
import { policyOverhead } from '../../../src/core/scenario/policyOverhead';
import { ndjsonReport } from '../../../src/core/words/ndjsonReport';
import { anEffect, aRun, aSample } from '../store/aRun';
import { overheadValues, runOf } from './runs';

const small = aRun({
  target: { kind: 'lab', name: 'local lab', fingerprint: { kernel: 'Linux 6.18.5' } },
  samples: [
    aSample({ id: 'b0-none-saturated-1', block: 0 }),
    aSample({ valid: false, invalidReasons: ['8 % of the requests failed', 'a\nb'] }),
  ],
  effects: [
    anEffect('l7', -67),
    { ...anEffect('l3l4', null), noisePercent: null, verdict: 'not-measured', n: 0, reason: 'no sample' },
  ],
});

const head = (dataset: string): string =>
  `"ecs":{"version":"8.11.0"},"event":{"kind":"metric","module":"cilium_bench","dataset":"cilium_bench.${dataset}"`;
const labels =
  '"labels":{"run":"2026-11-23-policy-overhead-x7","scenario":"policy-overhead","target":"local lab","profile":"quick"';
const host = '"host":{"os":{"kernel":"6.18.5"}}';
const sampleEvent = `${head('sample')},"start":"2026-11-23T18:49:03.000Z","duration":3010000000}`;
const effectEvent = `${head('effect')},"start":"2026-11-23T18:49:00.000Z","end":"2026-11-23T18:50:20.000Z"}`;
const measured = '"values":{"rps":21890},"cpu_us":{"client":1500000,"server":900000}';

describe('NDJSON', () => {
  it('of a small run', () => {
    expect(ndjsonReport(small).split('\n')).toEqual([
      `{"@timestamp":"2026-11-23T18:49:03.000Z",${sampleEvent},${labels},"variant":"none","load":"saturated"},${host},"cilium_bench":{"sample":{"id":"b0-none-saturated-1","block":0,"repeat":1,"warm_up":true,"tool":"fortio","valid":true,"invalid_reasons":[],${measured}}}}`,
      `{"@timestamp":"2026-11-23T18:49:03.000Z",${sampleEvent},${labels},"variant":"none","load":"saturated"},${host},"cilium_bench":{"sample":{"id":"b1-none-saturated-1","block":1,"repeat":1,"warm_up":false,"tool":"fortio","valid":false,"invalid_reasons":["8 % of the requests failed","a\\nb"],${measured}}}}`,
      `{"@timestamp":"2026-11-23T18:50:20.000Z",${effectEvent},${labels},"variant":"l7","baseline":"none","metric":"rps"},${host},"cilium_bench":{"effect":{"verdict":"worse","n":3,"percent":-67,"ci95_low":-69,"ci95_high":-65,"noise_percent":4}}}`,
      `{"@timestamp":"2026-11-23T18:50:20.000Z",${effectEvent},${labels},"variant":"l3l4","baseline":"none","metric":"rps"},${host},"cilium_bench":{"effect":{"verdict":"not-measured","n":0,"reason":"no sample"}}}`,
      '',
    ]);
  });

  it('has a line for every sample and effect, and no kernel where none is known', () => {
    const whole = runOf(policyOverhead, overheadValues);
    const run = { ...whole, target: { ...whole.target, fingerprint: { kernel: null } } };
    const lines = ndjsonReport(run)
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(lines).toHaveLength(run.samples.length + run.effects.length);
    for (const line of lines) expect(line).not.toHaveProperty('host');
  });

  it('has a line for each difference, in its unit and without a verdict', () => {
    const described = {
      metric: 'componentCpuCores',
      variant: 'kept',
      beside: 'idle',
      unit: 'cores',
      difference: 0.28,
      ci95: [0.27, 0.29],
      n: 3,
    } as const;
    const run = {
      ...small,
      samples: [],
      effects: [],
      differences: [described, { ...described, ci95: null }],
    };
    expect(ndjsonReport(run).split('\n')).toEqual([
      `{"@timestamp":"2026-11-23T18:50:20.000Z",${effectEvent.replace('.effect', '.difference')},${labels},"variant":"kept","beside":"idle","metric":"componentCpuCores"},${host},"cilium_bench":{"difference":{"difference":0.28,"unit":"cores","n":3,"ci95_low":0.27,"ci95_high":0.29}}}`,
      `{"@timestamp":"2026-11-23T18:50:20.000Z",${effectEvent.replace('.effect', '.difference')},${labels},"variant":"kept","beside":"idle","metric":"componentCpuCores"},${host},"cilium_bench":{"difference":{"difference":0.28,"unit":"cores","n":3}}}`,
      '',
    ]);
  });

  it('of a run without a sample is empty', () => {
    expect(ndjsonReport(aRun({ samples: [], effects: [] }))).toBe('');
  });
});

/** The values of an object by their dotted names; arrays are values. */
function leaves(value: object, prefix = ''): [name: string, value: unknown][] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? leaves(inner, `${prefix}${name}.`)
      : [[`${prefix}${name}`, inner] as [string, unknown]],
  );
}

const fields: ReadonlyMap<string, string> = new Map(Object.entries(ecs.fields));
/** What a value must be for a field of ECS. */
const fits: Readonly<Record<string, (value: unknown) => boolean>> = {
  keyword: (value) => typeof value === 'string',
  date: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value),
  long: (value) => Number.isSafeInteger(value),
};

describe('the fields of NDJSON', () => {
  const runs = [small, ...scenarios.map((scenario) => runOf(scenario, () => 1000.5))];
  const lines = runs.flatMap((run) =>
    ndjsonReport(run)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object),
  );
  const all = lines.flatMap((line) => leaves(line));

  it('are fields of ECS at the version that each line names, of its types', () => {
    expect(new Set(all.filter(([name]) => name === 'ecs.version').map(([, value]) => value))).toEqual(
      new Set([ecs.version]),
    );
    const common = all.filter(([name]) => !name.startsWith('cilium_bench.') && !name.startsWith('labels.'));
    expect(common.length).toBeGreaterThan(lines.length);
    const wrong = common.filter(([name, value]) => {
      const type = fields.get(name);
      return type === undefined || fits[type]?.(value) !== true;
    });
    expect(wrong).toEqual([]);
  });

  it('keep to what ECS says of labels: keywords, and no dots in their names', () => {
    const labelled = all.filter(([name]) => name.startsWith('labels.'));
    expect(labelled.filter(([, value]) => typeof value !== 'string')).toEqual([]);
    expect(labelled.filter(([name]) => name.split('.').length !== 2)).toEqual([]);
  });

  it('of our own are below one name that is no field set of ECS', () => {
    expect([...fields.keys()].filter((name) => name.startsWith('cilium_bench'))).toEqual([]);
    expect(all.filter(([, value]) => value === null)).toEqual([]);
  });

  it('are in the index template of docs/export.md with the types that ECS gives them', () => {
    const docs = readFileSync(new URL('../../../docs/export.md', import.meta.url), 'utf8');
    const template = JSON.parse(/```json\n([\s\S]*?)```/.exec(docs)?.[1] ?? '') as {
      readonly template: { readonly mappings: { readonly properties: Mapping } };
    };
    const mapped = new Map(mappedFields(template.template.mappings.properties));
    const used = new Set(
      all.map(([name]) => name).filter((name) => !/^(?:labels|cilium_bench)\./.test(name)),
    );
    expect([...mapped.keys()].filter((name) => !name.startsWith('cilium_bench.')).sort()).toEqual(
      [...used].sort(),
    );
    for (const name of used) expect([name, mapped.get(name)]).toEqual([name, fields.get(name)]);
  });
});

interface Mapping {
  readonly [name: string]: { readonly type?: string; readonly properties?: Mapping };
}

function mappedFields(mapping: Mapping, prefix = ''): [name: string, type: string | undefined][] {
  return Object.entries(mapping).flatMap(([name, { type, properties }]) =>
    properties === undefined ? [[`${prefix}${name}`, type]] : mappedFields(properties, `${prefix}${name}.`),
  );
}
