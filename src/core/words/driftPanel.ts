import type { Drift } from '../result/drift';
import { metrics } from '../result/metrics';
import type { ChartMark, ChartModel, PanelModel } from '../result/panelModel';
import { factName } from './factNames';
import { withTable } from './chartTable';
import { dayAndTime } from './dates';
import { driftHeading, driftLeftOut, driftRow, driftSentence } from './driftWords';
import { shownUnit } from './numbers';
import { joined, metricNoun, startOfSentence } from './phrases';
import { targetName } from './targets';

const text = (label: string) => ({ label, numeric: false });
const number = (label: string) => ({ label, numeric: true });

/** Most facts that a mark names: the table has them all. */
const mostNamed = 2;

/** Between two runs, what changed with the later one. */
function changeMarks({ points }: Drift): readonly ChartMark[] {
  return points.flatMap(({ changes }, index) => {
    if (changes.length === 0) return [];
    const named = changes.slice(0, mostNamed).map(({ name }) => factName(name));
    const more = changes.length - named.length;
    const place = index - 0.5;
    return [
      { place, low: place, high: place, label: [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ') },
    ];
  });
}

/** Where and of what is told by the title and the chart's own. */
const shortSentence = (drift: Drift): string => driftSentence(drift, startOfSentence(drift.label));

function driftChart(drift: Drift, timeZone: string | undefined): ChartModel {
  const { metric, points } = drift;
  const { divisor, unit } = shownUnit(
    metric,
    points.map(({ value }) => value),
  );
  return {
    id: `drift-${drift.variant}-${metric}`,
    title: driftHeading(drift),
    kind: 'dots',
    unit: metric === 'rps' ? metrics.rps.unit : unit,
    scale: 'linear',
    categories: points.map(({ startedAt }) => dayAndTime(startedAt, timeZone)),
    series: [
      {
        label: startOfSentence(metricNoun(metric)),
        points: points.map((point) => ({
          label: `${dayAndTime(point.startedAt, timeZone)}, ${point.run}`,
          value: point.value / divisor,
          low: point.ci95 ? point.ci95[0] / divisor : null,
          high: point.ci95 ? point.ci95[1] / divisor : null,
          samples: [],
          ...(point.changes.length === 0
            ? {}
            : {
                note: `changed since the run before: ${joined(point.changes.map(({ name }) => factName(name)))}`,
              }),
        })),
      },
    ],
    marks: changeMarks(drift),
    summary: shortSentence(drift),
  };
}

/** Metrics over time as a panel of this id. `drifts` are of one scenario in one place; null where there is none. */
export function driftModel(panelId: string, drifts: readonly Drift[], timeZone?: string): PanelModel | null {
  const [first] = drifts;
  if (!first) return null;
  return {
    runId: panelId,
    isOverRuns: true,
    title: `${first.title} over time`,
    subtitle: targetName({ kind: first.targetKind, name: first.target }),
    state: 'complete',
    sentences: drifts.map(shortSentence),
    charts: drifts.map((drift) => withTable(driftChart(drift, timeZone))),
    table: {
      columns: [
        text('Figure'),
        text('When'),
        text('Run'),
        number('Value'),
        number('95 % interval'),
        text('Changed since the run before'),
      ],
      rows: drifts.flatMap((drift) =>
        drift.points.map((_, place) => [driftHeading(drift), ...driftRow(drift, place, timeZone)]),
      ),
    },
    samples: [],
    notes: [
      ...new Set(drifts.flatMap(driftLeftOut)),
      'A value is the geometric mean of a run’s rounds, with its 95 % interval. The last run is held against a prediction interval of those before it.',
    ],
    fingerprint: [],
  };
}
