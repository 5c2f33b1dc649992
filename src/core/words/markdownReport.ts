import type { Annotations } from '../result/annotations';
import type { PanelModel, TableModel } from '../result/panelModel';
import type { Run } from '../result/run';
import { fitted, type Piece } from './fitted';
import { keptLine, withKept } from './keptWords';
import { githubText, tableText } from './markdownText';
import { panelModelOf } from './panelModelOf';

/**
 * The longest comment that GitHub takes, in characters: its API refuses more with `Body is too long (maximum is 65536
 * characters)`.
 */
export const longestComment = 65_536;

/** What a pull request shows beside its code is narrow: the other columns are folded. */
const narrowColumns = ['Setting', 'Measured', 'Median', 'Change', 'Verdict'];
/** Where nothing is compared there is room for how sure each figure is. */
const uncomparedColumns = ['Setting', 'Measured', 'Median', '95 % interval'];
/** Characters of one advice: it may name several policies. */
const mostAdvice = 1200;
/** Notes that are shown; of a run with many invalid samples the others are folded. */
const mostNotes = 8;

function withColumns({ columns, rows }: TableModel, labels: readonly string[]): TableModel {
  const kept = columns.flatMap(({ label }, at) => (labels.includes(label) ? [at] : []));
  const of = <Item>(items: readonly Item[]): Item[] => items.filter((_, at) => kept.includes(at));
  return { columns: of(columns), rows: rows.map(of) };
}

/** A table that can be cut between two rows. */
function tablePiece(what: string, { columns, rows }: TableModel): Piece {
  const numeric = columns.flatMap((column, at) => (column.numeric ? [at] : []));
  const [head = '', rule = '', ...lines] = tableText(
    columns.map(({ label }) => githubText(label)),
    rows.map((row) => row.map((cell) => githubText(cell))),
    numeric,
  ).split('\n');
  return { what, head: `${head}\n${rule}`, lines, tail: '' };
}

function listPiece(what: string, lines: readonly string[]): Piece {
  return { what, head: '', lines: lines.map((line) => `- ${githubText(line)}`), tail: '' };
}

/** Folded under its name; GitHub reads Markdown within it only after an empty line. */
function folded(title: string, piece: Piece): Piece {
  return {
    ...piece,
    head: `<details>\n<summary>${title}</summary>\n${piece.head === '' ? '' : `\n${piece.head}`}`,
    tail: '\n</details>',
  };
}

/** What to do, and folded what each advice stands on. */
function advicePieces(advice: NonNullable<PanelModel['advice']>): readonly Piece[] {
  const details = advice.flatMap((one) => one.details.map((line) => `${one.title}: ${line}`));
  if (advice.length === 0) return [];
  const lines = advice.map(
    ({ title, text }) => `- **${githubText(title)}.** ${githubText(text, mostAdvice)}`,
  );
  return [
    { what: 'advice', head: '### Advice\n', lines, tail: '' },
    ...(details.length > 0
      ? [folded('What the advice stands on', listPiece('figures of the advice', details))]
      : []),
  ];
}

/** What people keep with the run: its name, marks and tags on a line, and the note quoted below it. */
function keptPieces(kept: PanelModel['kept']): readonly Piece[] {
  if (kept === undefined) return [];
  const line = keptLine(kept);
  const note = kept.note === null ? [] : kept.note.split('\n');
  const piece = (what: string, lines: readonly string[], tail: string): Piece[] =>
    lines.length === 0 ? [] : [{ what, head: '', lines, tail }];
  return [
    ...piece('what is kept with the run', line === '' ? [] : [`**${githubText(line)}**\n`], ''),
    ...piece(
      'lines of the note',
      note.map((one) => `> ${githubText(one, mostAdvice)}  `),
      '',
    ),
  ];
}

/** What a report shows besides the run itself. */
export interface ReportExtras {
  /** An IANA name; without one, times are the reader's own. */
  readonly timeZone?: string;
  readonly advice?: NonNullable<PanelModel['advice']>;
  readonly annotations?: Annotations;
}

/**
 * The result of a run as GitHub-flavoured Markdown: the answer, the numbers, how sure, and the details folded. It always fits a
 * comment on GitHub; what had no room is named at its end.
 */
export function markdownReport(run: Run, { timeZone, advice = [], annotations }: ReportExtras = {}): string {
  const model = withKept(panelModelOf(run, undefined, timeZone), annotations);
  const { table, notes, fingerprint, parts = [], runId } = model;
  const isCompared = table.columns.some(({ label }) => label === 'Change');
  const paragraphs = (what: string, texts: readonly string[]): Piece => ({
    what,
    head: '',
    lines: texts.map((text) => `${githubText(text)}\n`),
    tail: '',
  });
  const pieces: Piece[] = [
    {
      what: 'the title',
      head: '',
      lines: [`## ${githubText(model.title)}\n\n${githubText(model.subtitle)}`],
      tail: '',
    },
    ...keptPieces(model.kept),
    paragraphs('sentences of the answer', model.sentences),
    ...advicePieces(advice),
    ...(table.rows.length > 0
      ? [tablePiece('rows of the table', withColumns(table, isCompared ? narrowColumns : uncomparedColumns))]
      : []),
    { ...listPiece('notes', notes.slice(0, mostNotes)), head: '### How sure\n' },
    ...(notes.length > mostNotes ? [folded('More notes', listPiece('notes', notes.slice(mostNotes)))] : []),
    ...(table.rows.length > 0
      ? [folded('All figures, with their intervals', tablePiece('rows of all figures', table))]
      : []),
    ...parts.map((part) => folded(part.title, tablePiece(`rows of “${part.title}”`, part.table))),
    ...(fingerprint.length > 0
      ? [
          folded(
            'Fingerprint: what it was measured on',
            listPiece(
              'facts of the fingerprint',
              fingerprint.map(({ name, value }) => `${name}: ${value}`),
            ),
          ),
        ]
      : []),
    { what: 'the run', head: '', lines: [`Run ${githubText(runId)}`], tail: '' },
  ];
  return fitted(pieces, longestComment);
}
