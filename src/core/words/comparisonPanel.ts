/** Comparisons as the results panel draws them: the same shape as that of one run. */
import type { Comparison } from '../result/comparison/comparison';
import type { PanelModel, TableModel, TitledTable } from '../result/panelModel';
import { factName } from './factNames';
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

/** Which runs stand behind the letters; `names` are those that people gave them, by id. */
function runsTable(
  { runs, scenarios }: Comparison,
  names: ReadonlyMap<string, string>,
  timeZone: string | undefined,
): TitledTable {
  const baselineOf = (place: number): number | undefined =>
    scenarios.find((scenario) => scenario.runs.includes(place))?.baseline;
  return {
    title: 'Runs',
    table: {
      columns: ['Letter', 'Run', 'Held against', 'Made', 'Samples'].map(text),
      rows: runs.map((run, place) => {
        const baseline = baselineOf(place);
        const { id, validSamples, invalidSamples } = run;
        const name = names.get(id);
        return [
          runLetter(place),
          name === undefined ? id : `${name} (${id})`,
          baseline === undefined ? 'nothing' : baseline === place ? 'is the baseline' : runLetter(baseline),
          runWords(run, timeZone),
          `${validSamples} of ${validSamples + invalidSamples} valid`,
        ];
      }),
    },
  };
}

function factTables({ runs, facts, scenarios }: Comparison): readonly TitledTable[] {
  const tables = [
    { title: 'Targets differ in', facts, places: runs.map((_, place) => place) },
    ...scenarios.map((one) => ({
      title: `${one.title}: made differently in`,
      facts: one.settings,
      places: one.runs,
    })),
  ];
  return tables
    .filter((table) => table.facts.length > 0)
    .map(({ title, facts: differing, places }) => ({
      title,
      table: {
        columns: [text('Fact'), ...places.map((place) => text(runLetter(place)))],
        rows: differing.map(({ name, values }) => [factName(name), ...values.map(factWords)]),
      },
    }));
}

function publishedTables({ published }: Comparison): readonly TitledTable[] {
  return published.map((reference) => ({
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
  }));
}

function comparisonTitle({ runs, published }: Comparison): string {
  const beside = published.length === 0 ? '' : `, beside ${counted(published.length, 'published cluster')}`;
  return runs.length === 1 ? `A run${beside}` : `Comparison of ${counted(runs.length, 'run')}${beside}`;
}

/**
 * A comparison as a panel: facts, sentences, charts of what each scenario is about, and a table of all. `names` are those that
 * people gave to runs, by id.
 */
export function comparisonModel(
  comparison: Comparison,
  timeZone?: string,
  givenNames: ReadonlyMap<string, string> = new Map(),
): PanelModel {
  const { runs, published, scenarios } = comparison;
  const names = [...runs.map(({ id }) => id), ...published.map(({ name }) => publishedName(name))];
  const parts = publishedTables(comparison).filter(({ table }) => table.rows.length > 0);
  const notCompared = [...notComparedLines(comparison), ...notBesideLines(comparison)];
  return {
    runId: comparisonId(names),
    isOverRuns: true,
    title: comparisonTitle(comparison),
    subtitle: [
      ...new Set(runs.map(comparedTarget)),
      ...published.map(({ label }) => `${label} (published)`),
    ].join(' · '),
    state: 'complete',
    facts: [runsTable(comparison, givenNames, timeZone), ...factTables(comparison)],
    sentences: comparisonSentences(comparison),
    charts: scenarios.flatMap(chartsOfComparison).map(withTable),
    table: tableOf(comparison),
    ...(parts.length > 0 ? { parts } : {}),
    samples: [],
    ...(notCompared.length > 0 ? { notCompared } : {}),
    notes: [
      ...published.flatMap((reference) => [
        `${publishedName(reference.name)}: ${sourceWords(reference.source)}`,
        ...conditionLines(reference),
      ]),
      ...comparisonNotes(comparison),
    ],
    fingerprint: [],
  };
}
