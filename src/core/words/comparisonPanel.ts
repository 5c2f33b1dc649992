/** Comparisons as the results panel draws them: the same shape as that of one run. */
import type { Comparison } from '../result/comparison/comparison';
import type { PanelModel, TableModel } from '../result/panelModel';
import { withTable } from './chartTable';
import { comparisonId } from './panelIds';
import { chartsOfComparison } from './comparisonCharts';
import { comparisonNotes, comparisonSentences } from './comparisonSentences';
import {
  comparedTarget,
  comparedVerdict,
  factWords,
  notComparedLines,
  rowsOf,
  runLetter,
  runWords,
} from './comparisonWords';
import { counted } from './numbers';
import { conditionLines, notBesideLines, publishedName, publishedRows, sourceWords } from './publishedWords';

const text = (label: string) => ({ label, numeric: false });
const number = (label: string) => ({ label, numeric: true });

function tableOf({ scenarios }: Comparison): TableModel {
  return {
    columns: [
      text('Runs'),
      text('Setting'),
      text('Measured'),
      number('Baseline'),
      number('Run'),
      number('Change'),
      text('Verdict'),
    ],
    rows: scenarios.flatMap((scenario) =>
      scenario.runs
        .slice(1)
        .flatMap((run) =>
          rowsOf(scenario, run).map((row) => [
            `${runLetter(run)} against ${runLetter(scenario.baseline)}`,
            row.setting,
            row.measured,
            row.baseline,
            row.other,
            row.change,
            row.changed ? comparedVerdict(row.changed) : 'not judged',
          ]),
        ),
    ),
  };
}

function partsOf({ runs, facts, scenarios, published }: Comparison): NonNullable<PanelModel['parts']> {
  const tables = [
    { title: 'Targets differ in', facts, places: runs.map((_, place) => place) },
    ...scenarios.map((one) => ({
      title: `${one.title}: made differently in`,
      facts: one.settings,
      places: one.runs,
    })),
  ];
  return [
    ...tables
      .filter((table) => table.facts.length > 0)
      .map(({ title, facts: differing, places }) => ({
        title,
        table: {
          columns: [text('Fact'), ...places.map((place) => text(runLetter(place)))],
          rows: differing.map(({ name, values }) => [name, ...values.map(factWords)]),
        },
      })),
    ...published.map((reference) => ({
      title: `${publishedName(reference.name)}: ${reference.label} (published, not measured here)`,
      table: {
        columns: [
          text('Run'),
          text('Setting'),
          text('Measured'),
          number('Published'),
          number('Here'),
          number('Ratio'),
          text('Conditions'),
        ],
        rows: publishedRows(reference).map((row) => [
          row.run,
          row.setting,
          row.measured,
          row.published,
          row.here,
          row.ratio,
          row.conditions,
        ]),
      },
    })),
  ];
}

/** A comparison as a panel: facts, sentences, charts of what each scenario is about, and a table of all. */
export function comparisonModel(comparison: Comparison, timeZone?: string): PanelModel {
  const { runs, published, scenarios } = comparison;
  const names = [...runs.map(({ id }) => id), ...published.map(({ name }) => publishedName(name))];
  const parts = partsOf(comparison);
  return {
    runId: comparisonId(names),
    isOverRuns: true,
    title: `Comparison of ${counted(runs.length, 'run')}`,
    subtitle: [
      ...new Set(runs.map(comparedTarget)),
      ...published.map(({ name }) => publishedName(name)),
    ].join(' · '),
    state: 'complete',
    sentences: comparisonSentences(comparison),
    charts: scenarios.flatMap(chartsOfComparison).map(withTable),
    table: tableOf(comparison),
    ...(parts.length > 0 ? { parts } : {}),
    samples: [],
    notes: [
      ...published.flatMap((reference) => [
        `${publishedName(reference.name)}: ${sourceWords(reference.source)}`,
        ...conditionLines(reference),
      ]),
      ...notComparedLines(comparison),
      ...notBesideLines(comparison),
      ...comparisonNotes(comparison),
    ],
    fingerprint: runs.map((run, place) => ({
      name: runLetter(place),
      value: `${run.id}: ${runWords(run, timeZone)}`,
    })),
  };
}
