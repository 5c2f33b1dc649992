import type { Comparison, ScenarioComparison } from '../result/comparison/comparison';
import type { DifferingFact } from '../result/comparison/facts';
import { factName } from './factNames';
import { comparisonNotes, comparisonSentences } from './comparisonSentences';
import { comparedVerdict, factWords, notComparedLines, rowsOf, runLetter, runWords } from './comparisonWords';
import { plainMarkdown, tableText } from './markdownText';
import { conditionLines, notBesideLines, publishedName, publishedRows, sourceWords } from './publishedWords';

/** A comment on a pull request holds 65,536 characters; some are left for what is written around it. */
const mostCharacters = 60_000;

const list = (lines: readonly string[]): string => lines.map((line) => `- ${plainMarkdown(line)}`).join('\n');

/** Folded away until it is asked for: what stands outside is the answer. */
function folded(summary: string, text: string): string {
  return `<details><summary>${plainMarkdown(summary)}</summary>\n\n${text}\n\n</details>`;
}

function factTable(facts: readonly DifferingFact[], places: readonly number[]): string {
  return tableText(
    ['fact', ...places.map(runLetter)],
    facts.map(({ name, values }) => [factName(name), ...values.map(factWords)].map(plainMarkdown)),
  );
}

function pairTable(scenario: ScenarioComparison, run: number, decidedOnly: boolean): readonly string[] {
  const rows = rowsOf(scenario, run).filter(
    ({ changed }) => !decidedOnly || changed?.verdict === 'worse' || changed?.verdict === 'better',
  );
  if (rows.length === 0) return [];
  const [mine, theirs] = [runLetter(scenario.baseline), runLetter(run)];
  return [
    `#### ${plainMarkdown(scenario.title)}: ${theirs} against ${mine}`,
    tableText(
      ['setting', 'measured', mine, theirs, 'change', 'verdict'],
      rows.map(({ setting, measured, baseline, other, change, changed }) =>
        [setting, measured, baseline, other, change, changed ? comparedVerdict(changed) : 'not judged'].map(
          plainMarkdown,
        ),
      ),
      [2, 3, 4],
    ),
  ];
}

function publishedParts({ published }: Comparison): readonly string[] {
  return published.flatMap((reference) => {
    const rows = publishedRows(reference);
    return [
      `#### ${plainMarkdown(`${publishedName(reference.name)}: ${reference.label}`)} (published, not measured here)`,
      ...(rows.length === 0
        ? []
        : [
            tableText(
              ['run', 'setting', 'measured', 'published', 'here', 'ratio'],
              rows.map((row) =>
                [row.run, row.setting, row.measured, row.published, row.here, row.ratio].map(plainMarkdown),
              ),
              [3, 4, 5],
            ),
          ]),
      list([sourceWords(reference.source), ...conditionLines(reference)]),
    ];
  });
}

function whole(comparison: Comparison, timeZone: string | undefined, decidedOnly: boolean): string {
  const { runs, facts, scenarios } = comparison;
  const places = runs.map((_, place) => place);
  const settings = scenarios.filter((one) => one.settings.length > 0);
  const tables = scenarios.flatMap((scenario) =>
    scenario.runs.slice(1).flatMap((run) => pairTable(scenario, run, decidedOnly)),
  );
  const sure = [
    ...(decidedOnly ? ['Too long for a comment: rows that are neither better nor worse are left out.'] : []),
    ...notComparedLines(comparison),
    ...notBesideLines(comparison),
    ...comparisonNotes(comparison),
  ];
  const parts = [
    '### Benchmark comparison',
    runs
      .map(
        (run, place) =>
          `- **${runLetter(place)}** ${plainMarkdown(run.id)}: ${plainMarkdown(runWords(run, timeZone))}`,
      )
      .join('\n'),
    ...(runs.length < 2
      ? []
      : facts.length === 0
        ? ['Targets are the same in all that is known of them.']
        : ['Targets differ:', factTable(facts, places)]),
    ...settings.flatMap((one) => [
      `${plainMarkdown(one.title)} was made differently:`,
      factTable(one.settings, one.runs),
    ]),
    list(comparisonSentences(comparison)),
    ...(tables.length === 0 ? [] : [folded('All figures', tables.join('\n\n'))]),
    ...publishedParts(comparison),
    ...(sure.length === 0 ? [] : [folded('How sure', list(sure))]),
  ].filter((part) => part !== '');
  return `${parts.join('\n\n')}\n`;
}

/** A comparison as GitHub-flavoured Markdown that fits a comment: what differs and the answer in sight, the figures folded. */
export function comparisonMarkdown(comparison: Comparison, timeZone?: string): string {
  const full = whole(comparison, timeZone, false);
  return full.length <= mostCharacters ? full : whole(comparison, timeZone, true).slice(0, mostCharacters);
}
