import { Problem } from '../../problem';
import { scenarios } from '../../scenario/registry';
import type { PublishedReference } from '../published/published';
import type { Run } from '../run';
import type { ComparedRun, Comparison } from './comparison';
import { fewestRuns, mostRuns } from './comparison';
import { differingTargetFacts, machineDiffers } from './facts';
import { besidePublished } from './publishedComparison';
import type { EarlierRun } from './runToRun';
import type { PlacedRun } from './compareFigures';
import { compareScenario } from './scenarioComparison';

function comparedRun(run: Run, first: Run): ComparedRun {
  const measured = run.samples.filter(({ block }) => block > 0);
  const valid = measured.filter((sample) => sample.valid).length;
  const rounds = Number(run.parameters['rounds']);
  const engine = run.target.fingerprint['policyEngine'];
  return {
    id: run.id,
    scenario: run.scenario,
    title: run.title,
    target: {
      kind: run.target.kind,
      name: run.target.name,
      ...(typeof engine === 'string' ? { policyEngine: engine } : {}),
    },
    profile: run.profile,
    rounds: Number.isInteger(rounds) && rounds > 0 ? rounds : null,
    startedAt: run.startedAt,
    state: run.state,
    validSamples: valid,
    invalidSamples: measured.length - valid,
    machineDiffers: machineDiffers(first, run),
  };
}

/**
 * Throws a usage {@link Problem} where these cannot be compared: too few, too many, or one of them twice. Names are what each was
 * asked for by.
 */
export function refuseUncomparable(runs: readonly string[], published: readonly string[]): void {
  const all = [...runs, ...published];
  const twice = all.find((name, place) => all.indexOf(name) !== place);
  if (twice !== undefined) {
    throw new Problem(
      'usage',
      `${twice} is named twice.`,
      'A run differs from itself in nothing: name another one.',
    );
  }
  if (all.length < fewestRuns) {
    throw new Problem(
      'usage',
      all.length === 0 ? 'There is nothing to compare.' : 'There is one run to compare.',
      `Name ${fewestRuns} to ${mostRuns}: cilium-bench compare <a> <b>.`,
    );
  }
  if (all.length > mostRuns) {
    throw new Problem('usage', `${all.length} runs are too many to compare.`, `Name at most ${mostRuns}.`);
  }
  if (runs.length === 0) {
    throw new Problem(
      'usage',
      'All that is named is published.',
      'Name a run of yours to put beside it: cilium-bench runs list shows them.',
    );
  }
}

/**
 * Runs against the first one of their scenario, and beside published figures. `earlier` tells how much runs of one setting differ;
 * those that are compared are left out of it. Throws a usage {@link Problem} as {@link refuseUncomparable} does.
 */
export function compareRuns(
  runs: readonly Run[],
  earlier: readonly EarlierRun[] = [],
  published: readonly PublishedReference[] = [],
): Comparison {
  refuseUncomparable(
    runs.map(({ id }) => id),
    published.map(({ name }) => name),
  );
  const [first] = runs;
  if (!first) return { runs: [], facts: [], machineDiffers: false, scenarios: [], published: [] };
  const ids = new Set(runs.map(({ id }) => id));
  const past = earlier.filter(({ id }) => !ids.has(id));
  const placed = runs.map((run, place): PlacedRun => ({ run, place }));
  const names = [...new Set(runs.map(({ scenario }) => scenario))];
  const compared = runs.map((run) => comparedRun(run, first));
  return {
    runs: compared,
    facts: differingTargetFacts(runs),
    machineDiffers: compared.some((run) => run.machineDiffers === true),
    scenarios: names.flatMap((name) => {
      const [baseline, ...others] = placed.filter(({ run }) => run.scenario === name);
      // One run alone, beside published figures: there is nothing to hold it against.
      if (!baseline || runs.length < fewestRuns) return [];
      return [
        compareScenario(
          [baseline, ...others],
          past,
          scenarios.find(({ id }) => id === name),
        ),
      ];
    }),
    published: published.map((reference) => besidePublished(reference, placed)),
  };
}
