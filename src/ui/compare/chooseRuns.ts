import * as vscode from 'vscode';
import { Problem } from '../../core/problem';
import { refuseUncomparable } from '../../core/result/comparison/compareRuns';
import { baselineOf } from '../../core/result/annotations';
import { publishedReferences } from '../../core/result/published/published';
import { publishedName } from '../../core/words/publishedWords';
import { targetName } from '../../core/words/targets';
import type { RunListing } from '../../store/runListing';
import type { KeptRuns } from '../keptRuns';
import { shownText } from '../runCommands';
import { headlineText } from '../tree/headline';

interface Choice extends vscode.QuickPickItem {
  readonly name: string;
  /** Milliseconds; null for what is published. */
  readonly startedAt: number | null;
}

function runChoice(run: RunListing, started: Intl.DateTimeFormat, isPicked: boolean): Choice {
  const { name, tags } = run.annotations;
  return {
    label: shownText(name ?? run.title),
    description: [
      ...(name === null ? [] : [run.title]),
      targetName(run.target),
      started.format(run.startedAt),
    ].join(' · '),
    detail: [run.state, headlineText(run), ...tags.map((tag) => `#${tag}`)].join(' · '),
    picked: isPicked,
    name: run.id,
    startedAt: run.startedAt.getTime(),
  };
}

function publishedChoices(): readonly (Choice | vscode.QuickPickItem)[] {
  return [
    { label: vscode.l10n.t('Published, not measured here'), kind: vscode.QuickPickItemKind.Separator },
    ...publishedReferences.map(({ name, label, source }): Choice => ({
      label: `$(book) ${label}`,
      description: `${source.platform} ${source.year}`,
      detail: vscode.l10n.t('{0}: no interval, so no verdict', source.title),
      name: publishedName(name),
      startedAt: null,
    })),
  ];
}

const isChoice = (item: Choice | vscode.QuickPickItem): item is Choice => 'name' in item;

/** The one that all are held against comes first: the one that is pinned for its target and scenario, else the oldest. */
function baselineFirst(own: readonly Choice[], kept: readonly RunListing[]): readonly string[] {
  const chosen = kept.filter(({ id }) => own.some(({ name }) => name === id));
  const [oldest] = [...chosen].sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime());
  const baseline = oldest && (baselineOf(chosen, oldest) ?? oldest);
  return [...own]
    .sort(
      (a, b) =>
        Number(b.name === baseline?.id) - Number(a.name === baseline?.id) ||
        (a.startedAt ?? 0) - (b.startedAt ?? 0),
    )
    .map(({ name }) => name);
}

/** Those that the command was called with; with one alone its baseline, where one is pinned. */
function pickedAtFirst(given: readonly string[], kept: readonly RunListing[]): ReadonlySet<string> {
  const [only] = kept.filter(({ id }) => id === given[0]);
  const baseline = given.length === 1 && only ? baselineOf(kept, only) : undefined;
  return new Set([...given, ...(baseline ? [baseline.id] : [])]);
}

/**
 * Asks which runs to compare; `given` are those that the command was called with. Published clusters stand last. Undefined when the person leaves. Throws a usage {@link Problem} where too few or too many are chosen.
 */
export async function chooseComparison(
  runs: KeptRuns,
  given: readonly string[],
): Promise<readonly string[] | undefined> {
  const { runs: kept } = await runs.list();
  if (kept.length === 0) {
    throw new Problem('usage', `No run is kept in ${runs.store.folder}.`, 'Run a benchmark first.');
  }
  const picked = pickedAtFirst(given, kept);
  const started = new Intl.DateTimeFormat(vscode.env.language, { dateStyle: 'medium', timeStyle: 'short' });
  const chosen = await vscode.window.showQuickPick(
    [...kept.map((run) => runChoice(run, started, picked.has(run.id))), ...publishedChoices()],
    {
      canPickMany: true,
      matchOnDescription: true,
      matchOnDetail: true,
      title: vscode.l10n.t('Compare Runs: against the pinned baseline, else the oldest'),
      placeHolder: vscode.l10n.t('Two to six'),
    },
  );
  if (!chosen || chosen.length === 0) return undefined;
  const choices = chosen.filter(isChoice);
  const own = baselineFirst(
    choices.filter(({ startedAt }) => startedAt !== null),
    kept,
  );
  const published = choices.filter(({ startedAt }) => startedAt === null).map(({ name }) => name);
  refuseUncomparable(own, published);
  return [...own, ...published];
}
