import type { Comparison, ComparedChange, ScenarioComparison } from '../result/comparison/comparison';
import type { DifferingFact } from '../result/comparison/facts';
import { factName } from './factNames';
import { comparisonNotes, comparisonSentences } from './comparisonSentences';
import {
  factWords,
  notComparedLines,
  rowsOf,
  runLetter,
  runWords,
  shortVerdict,
  type ComparisonRow,
} from './comparisonWords';
import { verdictNames } from './effects';
import {
  conditionLines,
  notBesideLines,
  publishedName,
  publishedRows,
  sourceWords,
  type PublishedRow,
} from './publishedWords';
import type { TerminalOptions } from './terminalTable';
import type { Grid, Line, Span } from './terminalText';
import { gridLines, gridWidth, padded, paint, shortened, widthOf, wrap } from './terminalText';

const indent = '  ';

const heading = (text: string, { width, colour }: TerminalOptions): readonly string[] =>
  wrap(text, width).map((line) => paint({ text: line, colour: 'bold' }, colour));

const indented = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => (line === '' ? '' : `${indent}${line}`));

function factLines(
  facts: readonly DifferingFact[],
  places: readonly number[],
  { width }: TerminalOptions,
): readonly string[] {
  return facts.flatMap(({ name, values }) =>
    wrap(
      `${factName(name)}: ${values.map((value, at) => `${runLetter(places[at] ?? at)} ${factWords(value)}`).join(' · ')}`,
      width - indent.length,
      indent,
    ).map((line) => `${indent}${line}`),
  );
}

function verdictSpan(changed: ComparedChange | null, isShort: boolean): Span {
  if (changed === null) return { text: 'not judged', colour: 'dim' };
  const text = isShort && changed.verdict !== null ? verdictNames[changed.verdict] : shortVerdict(changed);
  const colour = changed.verdict === 'worse' ? 'red' : changed.verdict === 'better' ? 'green' : 'dim';
  return { text, colour };
}

/** From the widest to the narrowest: what goes first is what noise amounts to, then the intervals. */
const forms = [
  { shortVerdicts: false, intervals: true },
  { shortVerdicts: true, intervals: true },
  { shortVerdicts: true, intervals: false },
] as const;

type Form = (typeof forms)[number];

function column(texts: readonly Span[], side: 'before' | 'after'): readonly Line[] {
  const widest = Math.max(0, ...texts.map(({ text }) => widthOf(text)));
  return texts.map((span) => padded(span, widest, side));
}

function gridOf(rows: readonly ComparisonRow[], letters: readonly [string, string], form: Form): Grid {
  const changes = rows.map(({ change }) => (form.intervals ? change : change.replace(/ \(.*\)$/, '')));
  const [baseline, other, changed] = [
    column([{ text: letters[0], colour: 'bold' }, ...rows.map(({ baseline: text }) => ({ text }))], 'before'),
    column([{ text: letters[1], colour: 'bold' }, ...rows.map(({ other: text }) => ({ text }))], 'before'),
    column([{ text: '' }, ...changes.map((text) => ({ text }))], 'after'),
  ];
  const verdicts = [{ text: '' }, ...rows.map(({ changed: one }) => verdictSpan(one, form.shortVerdicts))];
  return ['', ...rows.map(({ measured }) => measured)].map((measured, row) => [
    [[{ text: measured }]],
    [baseline[row] ?? []],
    [other[row] ?? []],
    [changed[row] ?? []],
    [[verdicts[row] ?? { text: '' }]],
  ]);
}

/** The table of one run against the baseline, a heading for each setting. */
function pairLines(scenario: ScenarioComparison, run: number, options: TerminalOptions): readonly string[] {
  const rows = rowsOf(scenario, run);
  if (rows.length === 0) return [];
  const letters = [runLetter(scenario.baseline), runLetter(run)] as const;
  const room = options.width - indent.length;
  const form = forms.find((one) => gridWidth(gridOf(rows, letters, one)) <= room) ?? forms[2];
  const [head = '', ...lines] = gridLines(gridOf(rows, letters, form), options.colour);
  const settings = [...new Set(rows.map(({ setting }) => setting))];
  return [
    ...heading(`${scenario.title}: ${letters[1]} against ${letters[0]}`, options),
    `${indent}${head}`,
    ...settings.flatMap((setting) => [
      shortened(setting, options.width),
      ...indented(lines.filter((_, row) => rows[row]?.setting === setting)),
    ]),
    '',
  ];
}

function publishedGrid(
  rows: readonly PublishedRow[],
  isAlone: boolean,
  intervals: boolean,
  room: number,
): Grid {
  const cells = rows.map((row) => ({
    ...row,
    setting: shortened(isAlone ? row.setting : `${row.run} ${row.setting}`, Math.max(10, room - 54)),
    here: intervals ? row.here : row.here.replace(/ (?:\(|over|±).*$/, ''),
  }));
  const piece = (head: string, of: keyof PublishedRow, side: 'before' | 'after'): readonly Line[] =>
    column([{ text: head, colour: 'bold' }, ...cells.map((row) => ({ text: row[of] }))], side);
  const columns = [
    piece('', 'setting', 'after'),
    piece('', 'measured', 'after'),
    piece('published', 'published', 'before'),
    piece(isAlone ? 'measured here' : 'measured', 'here', 'after'),
    piece(rows.some(({ ratio }) => ratio !== '') ? 'ratio' : '', 'ratio', 'before'),
  ];
  return ['', ...rows].map((_, row) => columns.map((lines) => [lines[row] ?? []]));
}

function publishedLines(comparison: Comparison, options: TerminalOptions): readonly string[] {
  const room = options.width - indent.length;
  const isAlone = comparison.runs.length === 1;
  return comparison.published.flatMap((reference) => {
    const rows = publishedRows(reference);
    const whole = publishedGrid(rows, isAlone, true, room);
    const grid = gridWidth(whole) <= room ? whole : publishedGrid(rows, isAlone, false, room);
    return [
      ...heading(
        `${publishedName(reference.name)}: ${reference.label} (published, not measured here)`,
        options,
      ),
      ...(rows.length === 0 ? [] : indented(gridLines(grid, options.colour))),
      ...[sourceWords(reference.source), ...conditionLines(reference)].flatMap((line) =>
        wrap(line, options.width, indent),
      ),
      '',
    ];
  });
}

/** What `within noise (± 4 %)` means, where it stands. */
const legend = 'within noise (± a): a change of a would have been seen. (a to b): 95 % interval.';

/** A comparison as lines for a terminal, from 60 columns up: what differs first, then the answer, the numbers, how sure. */
export function comparisonText(comparison: Comparison, options: TerminalOptions): readonly string[] {
  const { width } = options;
  const { runs, facts, scenarios } = comparison;
  const paragraph = (text: string): readonly string[] => wrap(text, width, indent);
  const places = runs.map((_, place) => place);
  const settings = scenarios.filter((one) => one.settings.length > 0);
  const hasRows = scenarios.some((one) => one.values.length + one.overheads.length > 0);
  return [
    ...runs.flatMap((run, place) => [
      ...wrap(`${runLetter(place)}  ${run.id}`, width),
      ...indented(wrap(` ${runWords(run)}`, width - indent.length, ' ')),
    ]),
    '',
    ...(runs.length < 2
      ? []
      : facts.length === 0
        ? ['Targets are the same in all that is known of them.', '']
        : [...heading('Targets differ in', options), ...factLines(facts, places, options), '']),
    ...settings.flatMap((one) => [
      ...heading(`${one.title}: made differently in`, options),
      ...factLines(one.settings, one.runs, options),
      '',
    ]),
    ...comparisonSentences(comparison).flatMap(paragraph),
    ...(scenarios.length === 0 ? [] : ['']),
    ...scenarios.flatMap((scenario) =>
      scenario.runs.slice(1).flatMap((run) => pairLines(scenario, run, options)),
    ),
    ...publishedLines(comparison, options),
    ...[
      ...(hasRows ? [legend] : []),
      ...notComparedLines(comparison),
      ...notBesideLines(comparison),
      ...comparisonNotes(comparison),
    ].flatMap(paragraph),
  ];
}
