import * as vscode from 'vscode';
import { baselineOf } from '../../core/result/annotations';
import { matchesRun, parseRunFilter } from '../../core/result/runFilter';
import type { InterruptedRun } from '../../store/interruptedRuns';
import type { RunListing } from '../../store/runListing';
import type { RunStore, Skipped } from '../../store/runStore';
import type { RunsLook } from '../runsLook';
import { byDay } from './days';
import { interruptedItem } from './interruptedItem';
import type { NodeTree } from './nodeTree';
import { filterItem, groupItem, placeOf, runItem, skippedGroupItem, skippedItem } from './runItems';

/** A run as it is drawn. */
export interface DrawnRun {
  readonly run: RunListing;
  readonly isBaseline: boolean;
}

/** What the Runs view is made of. */
export type RunNode =
  | { readonly kind: 'interrupted'; readonly interrupted: InterruptedRun }
  | { readonly kind: 'filter'; readonly text: string; readonly shown: number; readonly all: number }
  | {
      readonly kind: 'group';
      readonly by: RunsLook['grouping'];
      readonly label: string;
      readonly runs: readonly DrawnRun[];
    }
  | ({ readonly kind: 'run'; readonly by: RunsLook['grouping'] } & DrawnRun)
  | { readonly kind: 'skippedGroup'; readonly skipped: readonly Skipped[] }
  | { readonly kind: 'skipped'; readonly skipped: Skipped };

/** The run that a menu or a lens names: its id, or the node of the Runs view. */
export function runIdOf(given: unknown): string | undefined {
  if (typeof given === 'string') return given;
  if (typeof given !== 'object' || given === null || !('run' in given)) return undefined;
  const { run } = given;
  const id = typeof run === 'object' && run !== null && 'id' in run ? run.id : undefined;
  return typeof id === 'string' ? id : undefined;
}

/**
 * The runs that a command was called on, as VS Code tells it: the row of a menu and all that are selected with it, or by a key
 * the row that has the keyboard, with what is selected where it is one of them. Undefined where it names nothing at all, as
 * from the Command Palette.
 */
export function runIdsOf(
  given: unknown,
  together: unknown,
  selection: readonly unknown[],
): readonly string[] | undefined {
  const idsIn = (nodes: readonly unknown[]): readonly string[] => [
    ...new Set(nodes.flatMap((node) => runIdOf(node) ?? [])),
  ];
  if (Array.isArray(together) && together.length > 0) return idsIn(together);
  const id = runIdOf(given);
  if (id === undefined) return given === undefined || given === null ? undefined : [];
  const selected = idsIn(selection);
  return selected.includes(id) ? selected : [id];
}

/** What the Runs tree asks for. `headline` is the answer of a run in a few words. */
export interface RunTreeSources {
  /** False in Restricted Mode: then no run is read. */
  readonly allowed: () => boolean;
  readonly list: RunStore['list'];
  /** Runs on clusters that left something there. */
  readonly interrupted: () => Promise<readonly InterruptedRun[]>;
  /** Whether runs on clusters can be taken up here. */
  readonly canGoOn: boolean;
  readonly headline: (run: RunListing) => string;
  readonly look: Pick<RunsLook, 'filter' | 'grouping'>;
}

/** Runs of one target and scenario together, the group with the newest run first. */
function byTarget(runs: readonly DrawnRun[]): readonly { label: string; items: readonly DrawnRun[] }[] {
  const groups = new Map<string, DrawnRun[]>();
  for (const drawn of runs) {
    const label = `${placeOf(drawn.run)} · ${drawn.run.scenario}`;
    groups.set(label, [...(groups.get(label) ?? []), drawn]);
  }
  return [...groups].map(([label, items]) => ({ label, items }));
}

function groupsOf(runs: readonly DrawnRun[], by: RunsLook['grouping']): readonly RunNode[] {
  const days = (): readonly { label: string; items: readonly DrawnRun[] }[] => {
    const timed = runs.map((drawn) => ({ drawn, startedAt: drawn.run.startedAt }));
    return byDay(timed, new Date(), vscode.env.language).map(({ label, items }) => ({
      label,
      items: items.map(({ drawn }) => drawn),
    }));
  };
  return (by === 'day' ? days() : byTarget(runs)).map(({ label, items }) => ({
    kind: 'group',
    by,
    label,
    runs: items,
  }));
}

/** The Runs tree: interrupted runs, past runs in groups, newest first, and what could not be read. */
export function runTree(sources: RunTreeSources): NodeTree<RunNode> {
  const { allowed, list, interrupted, canGoOn, headline, look } = sources;
  const roots = async (): Promise<readonly RunNode[]> => {
    if (!allowed()) return [];
    const [{ runs: all, skipped }, left] = await Promise.all([list(), interrupted()]);
    const { filter: text, grouping } = look;
    const filter = parseRunFilter(text);
    const drawn = all
      .filter((run) => matchesRun(filter, run))
      .map((run): DrawnRun => ({ run, isBaseline: baselineOf(all, run)?.id === run.id }));
    const isFiltered = text !== '';
    // Where there is nothing else to be seen, the view says so in words, with a button that shows all again.
    if (isFiltered && drawn.length + left.length === 0) return [];
    return [
      ...left.map((one): RunNode => ({ kind: 'interrupted', interrupted: one })),
      ...(isFiltered ? [{ kind: 'filter', text, shown: drawn.length, all: all.length } as const] : []),
      ...groupsOf(drawn, grouping),
      ...(skipped.length > 0 && !isFiltered ? [{ kind: 'skippedGroup', skipped } as const] : []),
    ];
  };
  return {
    async children(node) {
      switch (node?.kind) {
        case undefined:
          return roots();
        case 'group':
          return node.runs.map((drawn) => ({ kind: 'run', by: node.by, ...drawn }));
        case 'skippedGroup':
          return node.skipped.map((skipped) => ({ kind: 'skipped', skipped }));
        case 'interrupted':
        case 'filter':
        case 'run':
        case 'skipped':
          return [];
      }
    },
    item(node) {
      switch (node.kind) {
        case 'interrupted':
          return interruptedItem(node.interrupted, canGoOn);
        case 'filter':
          return filterItem(node);
        case 'group':
          return groupItem(node);
        case 'run':
          return runItem(node, headline(node.run), node.by);
        case 'skippedGroup':
          return skippedGroupItem(node.skipped.length);
        case 'skipped':
          return skippedItem(node.skipped);
      }
    },
  };
}
