import type { Scenario } from '../../scenario/scenario';
import { metricNames } from '../metrics';
import type { Run } from '../run';
import type { NotCompared, ScenarioComparison } from './comparison';
import { differencesOf, overheadOf, sideNames, valueOf, type Pair, type PlacedRun } from './compareFigures';
import { differingSettings } from './facts';
import type { EarlierRun } from './runToRun';

/** Why two runs cannot be compared at all, as it follows "because"; null where they can. */
function whyNotAtAll(baseline: Run, other: Run, scenario: Scenario | undefined): string | null {
  for (const [side, run] of [baseline, other].entries()) {
    if (run.state !== 'complete') return `${sideNames[side] ?? 'it'} is ${run.state}`;
  }
  const keeps = new Set(
    ['seed', 'rounds', 'order', 'policy'].concat(
      (scenario?.parameters ?? []).filter((one) => one.keepsComparable).map(({ name }) => name),
    ),
  );
  const names = [...new Set([...Object.keys(baseline.parameters), ...Object.keys(other.parameters)])];
  const differing = names.filter(
    (name) => !keeps.has(name) && baseline.parameters[name] !== other.parameters[name],
  );
  const [first] = differing;
  if (first === undefined) return null;
  const said = (run: Run): string => {
    const value = run.parameters[first];
    return value === undefined ? 'not set' : `“${value}”`;
  };
  return `its ${first} is ${said(other)}, and the baseline’s ${said(baseline)}`;
}

function comparePair(
  pair: Pair,
  scenario: Scenario | undefined,
): Pick<ScenarioComparison, 'values' | 'overheads' | 'differences' | 'notCompared'> {
  const { baseline, other } = pair;
  const reason = whyNotAtAll(baseline, other.run, scenario);
  if (reason !== null) {
    const notCompared = [{ run: other.place, what: 'run' as const, reason }];
    return { values: [], overheads: [], differences: [], notCompared };
  }
  const shared = baseline.variants.flatMap((mine) => {
    const theirs = other.run.variants.find(({ id }) => id === mine.id);
    return theirs ? [{ mine, theirs }] : [];
  });
  const sharedIds = new Set(shared.map(({ mine }) => mine.id));
  const lonely = [baseline, other.run].flatMap(({ variants }, side) =>
    variants
      .filter(({ id }) => !sharedIds.has(id))
      .map(({ id }): NotCompared => ({
        run: other.place,
        what: 'variant',
        variant: id,
        reason: `only ${sideNames[side] ?? 'one'} has it`,
      })),
  );
  const values = shared.flatMap(({ mine, theirs }) =>
    metricNames
      .filter((metric) => mine.metrics[metric] ?? theirs.metrics[metric])
      .map((metric) => valueOf(pair, mine, theirs, metric)),
  );
  const overheads = baseline.effects
    .filter(({ variant }) => sharedIds.has(variant))
    .map((effect) => overheadOf(pair, effect));
  const onlyTheirs = other.run.effects
    .filter(
      ({ variant, metric }) =>
        sharedIds.has(variant) &&
        !baseline.effects.some((effect) => effect.variant === variant && effect.metric === metric),
    )
    .map(({ variant, metric }): NotCompared => {
      const reason = 'the baseline has no such change';
      return { run: other.place, what: 'overhead', variant, metric, reason };
    });
  const differences = differencesOf(pair);
  const hasParts = shared.some(({ mine, theirs }) => mine.parts ?? theirs.parts);
  return {
    values: values.flatMap((one) => ('found' in one ? [one.found] : [])),
    overheads: overheads.flatMap((one) => ('found' in one ? [one.found] : [])),
    differences: differences.flatMap((one) => ('found' in one ? [one.found] : [])),
    notCompared: [
      ...lonely,
      ...[...values, ...overheads, ...differences].flatMap((one) => ('missing' in one ? [one.missing] : [])),
      ...onlyTheirs,
      ...(hasParts
        ? [
            {
              run: other.place,
              what: 'parts' as const,
              reason: 'only their sums are; each run’s report has them',
            },
          ]
        : []),
    ],
  };
}

/** The runs of one scenario against the first of them. `earlier` must hold none of them. */
export function compareScenario(
  runs: readonly [PlacedRun, ...PlacedRun[]],
  earlier: readonly EarlierRun[],
  scenario: Scenario | undefined,
): ScenarioComparison {
  const [baseline, ...others] = runs;
  const pairs = others.map((other) => comparePair({ baseline: baseline.run, other, earlier }, scenario));
  const variants = new Map(
    [...runs]
      .reverse()
      .flatMap(({ run }) =>
        run.variants.map(({ id, label, point }) => [id, { id, label, ...(point ? { point } : {}) }] as const),
      ),
  );
  return {
    scenario: baseline.run.scenario,
    title: baseline.run.title,
    baseline: baseline.place,
    runs: runs.map(({ place }) => place),
    settings: differingSettings(runs.map(({ run }) => run)),
    variants: [...variants.values()],
    values: pairs.flatMap(({ values }) => values),
    overheads: pairs.flatMap(({ overheads }) => overheads),
    differences: pairs.flatMap(({ differences }) => differences),
    notCompared:
      others.length > 0
        ? pairs.flatMap(({ notCompared }) => notCompared)
        : [{ run: baseline.place, what: 'run', reason: 'no other run is of its scenario' }],
  };
}
