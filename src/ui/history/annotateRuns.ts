import * as vscode from 'vscode';
import {
  annotationsFault,
  nameOf,
  noAnnotations,
  noteOf,
  tagsOf,
  type Annotations,
} from '../../core/result/annotations';
import { counted } from '../../core/words/numbers';
import type { KeptRuns } from '../keptRuns';

/** What is kept with these runs. */
async function keptWith(runs: KeptRuns, ids: readonly string[]): Promise<readonly Annotations[]> {
  const { runs: all } = await runs.list();
  return ids.map((id) => all.find((run) => run.id === id)?.annotations ?? noAnnotations);
}

/** Asks for a text; undefined when the person leaves. What cannot be kept is said while it is typed. */
function askText(
  title: string,
  value: string,
  prompt: string,
  change: (text: string) => Partial<Annotations>,
): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title,
    value,
    prompt,
    // What was typed is not lost by a look elsewhere.
    ignoreFocusOut: true,
    validateInput: (text) => annotationsFault({ ...noAnnotations, ...change(text) }),
  });
}

const titleOf = (what: string, ids: readonly string[]): string =>
  ids.length === 1 ? `${what} · ${ids[0] ?? ''}` : `${what} · ${counted(ids.length, 'run')}`;

export async function renameRun(runs: KeptRuns, id: string): Promise<void> {
  const [kept] = await keptWith(runs, [id]);
  const change = (text: string): Partial<Annotations> => ({ name: nameOf(text) });
  const text = await askText(
    titleOf(vscode.l10n.t('Rename Run'), [id]),
    kept?.name ?? '',
    vscode.l10n.t('Empty takes the name away.'),
    change,
  );
  if (text !== undefined) await runs.store.annotate(id, (now) => ({ ...now, ...change(text) }));
}

/** An input box has one line: this stands for the end of one. */
const lineEnd = '⏎';

export async function editNote(runs: KeptRuns, id: string): Promise<void> {
  const [kept] = await keptWith(runs, [id]);
  const change = (text: string): Partial<Annotations> => ({ note: noteOf(text.replaceAll(lineEnd, '\n')) });
  const text = await askText(
    titleOf(vscode.l10n.t('Note'), [id]),
    (kept?.note ?? '').replaceAll('\n', lineEnd),
    vscode.l10n.t('{0} begins a new line. Empty takes the note away.', lineEnd),
    change,
  );
  if (text !== undefined) await runs.store.annotate(id, (now) => ({ ...now, ...change(text) }));
}

const tagsIn = (text: string): readonly string[] =>
  tagsOf(text.split(/[\s,]+/).flatMap((word) => word.replace(/^[#+]/, '') || []));

/** Edits the tags that all of these runs have; those that only some have stay as they are. */
export async function editTags(runs: KeptRuns, ids: readonly string[]): Promise<void> {
  const kept = await keptWith(runs, ids);
  const common = (kept[0]?.tags ?? []).filter((tag) => kept.every(({ tags }) => tags.includes(tag)));
  const text = await askText(
    titleOf(vscode.l10n.t('Tags'), ids),
    common.join(' '),
    ids.length === 1
      ? vscode.l10n.t('Tags with spaces between them.')
      : vscode.l10n.t('Tags that all of these runs have, with spaces between them.'),
    (typed) => ({ tags: tagsIn(typed) }),
  );
  if (text === undefined) return;
  const wanted = tagsIn(text);
  const gone = new Set(common.filter((tag) => !wanted.includes(tag)));
  for (const id of ids) {
    await runs.store.annotate(id, (now) => ({
      ...now,
      tags: tagsOf([...now.tags, ...wanted].filter((tag) => !gone.has(tag))),
    }));
  }
}

/** Asks what is to be shown; undefined when the person leaves. */
export function askFilter(value: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Filter Runs'),
    value,
    ignoreFocusOut: true,
    placeHolder: 'tag:nightly scenario:rps target:lab',
    prompt: vscode.l10n.t('Words of names, notes and policies; tag:, scenario:, target:. Empty shows all.'),
  });
}
