import type { Fact, Run } from '../run';

/** What one run says of a fact: its value, null where it is not known; absent where it does not name the fact at all. */
export type FactValue = { readonly value: Fact } | { readonly absent: true };

/** A fact in which runs differ, with what each of them says, in the order of the runs. */
export interface DifferingFact {
  readonly name: string;
  /** `machine`: what hardware and kernel the load runs on, which no datapath answers for. */
  readonly kind: 'machine' | 'target' | 'setting' | 'tool';
  readonly values: readonly FactValue[];
}

/** Names as the lab and a cluster's fingerprint have them. */
const machineFacts: ReadonlySet<string> = new Set([
  'kernel',
  'kernels',
  'architecture',
  'architectures',
  'cpuModel',
  'cpuCount',
  'memoryGiB',
  'virtualization',
  'cpuGovernor',
  'clockSource',
  'instanceTypes',
]);

/** Numbers that move by what others do on the cluster, and by what a run itself makes: they do not make it another place. */
const movingFacts: ReadonlySet<string> = new Set(['services', 'serviceBackends']);

/** Parameters that are no setting: the order of the steps. */
const unsetParameters: ReadonlySet<string> = new Set(['seed']);

type Facts = ReadonlyMap<string, Fact>;

const textOf = (value: FactValue): string => JSON.stringify(value);

function differing(
  all: readonly Facts[],
  kindOf: (name: string) => DifferingFact['kind'],
): readonly DifferingFact[] {
  const names = [...new Set(all.flatMap((facts) => [...facts.keys()]))];
  return names.flatMap((name) => {
    const values = all.map((facts): FactValue => {
      const value = facts.get(name);
      return value === undefined ? { absent: true } : { value };
    });
    return new Set(values.map(textOf)).size > 1 ? [{ name, kind: kindOf(name), values }] : [];
  });
}

/** The facts of the targets in which runs differ, those of the machines first. */
export function differingTargetFacts(runs: readonly Pick<Run, 'target'>[]): readonly DifferingFact[] {
  const found = differing(
    runs.map(
      ({ target }) =>
        new Map<string, Fact>([
          // The lab is named alike everywhere, and not in the same words by all versions.
          ['target', target.kind === 'lab' ? 'local lab' : target.name],
          ...Object.entries(target.fingerprint),
        ]),
    ),
    (name) => (machineFacts.has(name) ? 'machine' : 'target'),
  );
  return [
    ...found.filter(({ kind }) => kind === 'machine'),
    ...found.filter(({ kind }) => kind !== 'machine'),
  ];
}

/** The profile, the parameters, the policy and the tools in which runs of one scenario differ. */
export function differingSettings(
  runs: readonly Pick<Run, 'profile' | 'parameters' | 'policy' | 'tools'>[],
): readonly DifferingFact[] {
  const settings = differing(
    runs.map(
      ({ profile, parameters, policy }) =>
        new Map<string, Fact>([
          ['profile', profile],
          ...Object.entries(parameters).filter(([name]) => !unsetParameters.has(name)),
          ...(policy ? ([['text of the policy', policy.textHash.slice(0, 12)]] as const) : []),
        ]),
    ),
    () => 'setting',
  );
  const tools = differing(
    runs.map((run) => new Map<string, Fact>(run.tools.map(({ name, version }) => [name, version]))),
    () => 'tool',
  );
  return [...settings, ...tools];
}

/**
 * Whether two runs were made on machines that differ; null where neither says what it ran on, as clusters without instance types
 * do, and they are not the same target.
 */
export function machineDiffers(one: Pick<Run, 'target'>, other: Pick<Run, 'target'>): boolean | null {
  if (one.target.kind !== other.target.kind) return true;
  if (differingTargetFacts([one, other]).some(({ kind }) => kind === 'machine')) return true;
  const isToldApart = one.target.kind === 'lab' || one.target.name === other.target.name;
  return isToldApart || typeof one.target.fingerprint['instanceTypes'] === 'string' ? false : null;
}

/** Two runs with the same key were made alike, in the same place: only chance and time are between them. */
export function settingKey(
  run: Pick<Run, 'scenario' | 'profile' | 'parameters' | 'policy' | 'tools' | 'target'>,
): string {
  const sorted = (record: Readonly<Record<string, unknown>>, without: ReadonlySet<string>): unknown =>
    Object.entries(record)
      .filter(([name]) => !without.has(name))
      .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    run.scenario,
    run.profile,
    run.target.kind,
    run.target.kind === 'lab' ? '' : run.target.name,
    sorted(run.target.fingerprint, movingFacts),
    sorted(run.parameters, unsetParameters),
    run.policy?.textHash ?? null,
    sorted(Object.fromEntries(run.tools.map(({ name, version }) => [name, version])), new Set()),
  ]);
}
