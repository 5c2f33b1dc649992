import { Problem } from '../../core/problem';
import { driftOf, type Drift } from '../../core/result/drift';
import type { MetricName } from '../../core/result/metrics';
import { metricNames } from '../../core/result/metrics';
import type { Run } from '../../core/result/run';
import { driftText } from '../../core/words/driftText';
import { headlineMetric } from '../../core/words/runParts';
import { readRunsOf } from '../../store/earlierRuns';
import type { ParsedArguments } from '../arguments';
import { suggestion } from '../didYouMean';
import { openStore } from '../storeOption';
import type { CommandContext } from '../commands/command';

function metricOf(args: ParsedArguments, newest: Run): MetricName | undefined {
  const asked = args.text('metric');
  if (asked === undefined) return headlineMetric(newest);
  const found = metricNames.find((metric) => metric === asked);
  if (found) return found;
  throw new Problem(
    'usage',
    `There is no metric "${asked}".`,
    suggestion(asked, metricNames, `The metrics are ${metricNames.join(', ')}.`),
  );
}

function linesOf(args: ParsedArguments, runs: readonly Run[], newest: Run): readonly Drift[] {
  const metric = metricOf(args, newest);
  const asked = args.text('variant');
  const ids = newest.variants.map(({ id }) => id);
  if (asked !== undefined && !ids.includes(asked)) {
    throw new Problem(
      'usage',
      `${newest.scenario} has no variant "${asked}".`,
      suggestion(asked, ids, `It has ${ids.join(', ')}.`),
    );
  }
  if (metric === undefined) return [];
  return (asked === undefined ? ids : [asked]).flatMap(
    (variant) => driftOf({ scenario: newest.scenario, variant, metric }, runs) ?? [],
  );
}

/** Shows a scenario's figures over time. Throws a usage {@link Problem} where no run of it is kept. */
export async function drift(args: ParsedArguments, context: CommandContext): Promise<void> {
  const [, scenario, ...more] = args.positionals;
  if (scenario === undefined || more.length > 0) {
    throw new Problem('usage', 'runs drift takes one scenario.', 'Name it: cilium-bench runs drift rps.');
  }
  const store = openStore(args, context);
  const target = args.text('target');
  const runs = await readRunsOf(store, scenario, ({ target: { kind, name } }) =>
    target === undefined ? true : kind === 'lab' ? target === 'lab' : name === target,
  );
  const [newest] = runs;
  const lines = newest ? linesOf(args, runs, newest) : [];
  if (lines.length === 0) {
    const where = target === undefined ? '' : ` on ${target}`;
    throw new Problem(
      'usage',
      `There is no complete run of ${scenario}${where} with such a figure in ${store.folder}.`,
      'cilium-bench runs list shows the runs.',
    );
  }
  const { out } = context.terminal;
  if (args.flag('json')) {
    out.write(`${JSON.stringify({ schemaVersion: 1, folder: store.folder, drifts: lines }, null, 2)}\n`);
    return;
  }
  const options = { width: Math.max(60, out.columns()), colour: out.colour };
  out.write(
    driftText(lines, options)
      .map((line) => `${line}\n`)
      .join(''),
  );
}
