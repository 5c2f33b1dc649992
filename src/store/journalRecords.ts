import type { JournaledChange, NumberedChange, Undo } from '../core/run/journal';
import type { Shape } from '../core/shape';
import { exactly, hasShape, list, nullable, number, object, taggedBy, text, time } from '../core/shape';
import { readJson } from '../core/tool/json';
import { ownerShape as owner, type JournalOwner } from './journalOwner';
import type { Parsed } from './parseRun';
import { isSafeName } from './safeNames';

export const journalSchemaVersion = 1;

/**
 * One line of a journal. Whoever wants to work with it writes a claim that names the claim it takes over from (null: nobody
 * holds it); of two, the one that stands first in the file holds, and every reader sees the same.
 */
export type JournalRecord =
  /** The first line; a claim as well. */
  | {
      readonly kind: 'journal';
      readonly schemaVersion: typeof journalSchemaVersion;
      readonly run: string;
      /** Folder of the runs. */
      readonly store: string;
      readonly claim: string;
      readonly owner: JournalOwner;
      readonly at: string;
    }
  | { readonly kind: 'begin'; readonly number: number; readonly change: JournaledChange }
  /** The object that the change made. */
  | { readonly kind: 'made'; readonly number: number; readonly uid: string }
  | { readonly kind: 'undone'; readonly number: number }
  | {
      readonly kind: 'claim';
      readonly claim: string;
      readonly over: string | null;
      readonly owner: JournalOwner;
      readonly at: string;
    }
  | { readonly kind: 'release'; readonly claim: string }
  /** The line before could not be written whole: nobody was told that it was. */
  | { readonly kind: 'cut' };

/** What a journal says. */
export interface JournalContent {
  readonly runId: string;
  readonly store: string;
  readonly startedAt: Date;
  /** Who works with it; null where nobody does. */
  readonly holder: { readonly claim: string; readonly owner: JournalOwner } | null;
  /** Who worked with it last. */
  readonly lastOwner: JournalOwner;
  readonly changes: readonly (NumberedChange & { readonly isUndone: boolean })[];
}

const runId: Shape<string> = {
  problem: (value, where) =>
    typeof value === 'string' && isSafeName(value) ? null : `${where} is not the id of a run`,
};

/** Of the Kubernetes API: no query, no way up. */
const apiPath: Shape<string> = {
  problem: (value, where) =>
    typeof value === 'string' && /^\/apis?\/[\w./:%~-]+$/.test(value) && !value.split('/').includes('..')
      ? null
      : `${where} is not a path of the Kubernetes API`,
};

const undo: Shape<Undo> = taggedBy('kind', {
  delete: object({ kind: exactly('delete'), path: apiPath, uid: nullable(text) }),
  'delete-collection': object({ kind: exactly('delete-collection'), path: apiPath, labelSelector: text }),
  'restart-pods': object({
    kind: exactly('restart-pods'),
    namespace: text,
    labelSelector: text,
    nodes: list(text),
  }),
});

const record: Shape<JournalRecord> = taggedBy('kind', {
  journal: object({
    kind: exactly('journal'),
    schemaVersion: exactly(journalSchemaVersion),
    run: runId,
    store: text,
    claim: text,
    owner,
    at: time,
  }),
  begin: object({
    kind: exactly('begin'),
    number,
    change: object({
      what: text,
      old: text,
      new: text,
      cluster: object({ context: text, server: text, clusterUid: text }),
      undo,
    }),
  }),
  made: object({ kind: exactly('made'), number, uid: text }),
  undone: object({ kind: exactly('undone'), number }),
  claim: object({ kind: exactly('claim'), claim: text, over: nullable(text), owner, at: time }),
  release: object({ kind: exactly('release'), claim: text }),
  cut: object({ kind: exactly('cut') }),
});

/** Every line begins with a line break of its own: it is whole also behind one that was cut. */
export function lineOf(written: JournalRecord): string {
  return `\n${JSON.stringify(written)}\n`;
}

/** After these a line may be cut: whoever writes them knows that the one before may not have been written whole. */
const mayFollowCut = new Set(['claim', 'cut']);

const cutReason = 'is cut or damaged';

type Line = { readonly record: JournalRecord } | { readonly number: number; readonly reason: string };

function linesOf(content: string): Line[] {
  return content.split('\n').flatMap((written, index): Line[] => {
    if (written === '') return [];
    const value = readJson(written);
    if (value === undefined) return [{ number: index + 1, reason: cutReason }];
    if (hasShape(record, value)) return [{ record: value }];
    return [{ number: index + 1, reason: `is not one of a journal: ${record.problem(value, '') ?? ''}` }];
  });
}

/** The lines that count, or what is wrong with one. A line that was cut where writing ended was never acted upon. */
function recordsOf(lines: readonly Line[]): Parsed<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for (const [index, line] of lines.entries()) {
    if ('record' in line) {
      records.push(line.record);
      continue;
    }
    const next = lines[index + 1];
    const wasCut = next === undefined || ('record' in next && mayFollowCut.has(next.record.kind));
    if (!wasCut || line.reason !== cutReason) {
      return { ok: false, reason: `cannot be trusted: line ${line.number} ${line.reason}` };
    }
  }
  return { ok: true, value: records };
}

/** The change with the uid of what it made, where it is undone by deleting that. */
export function withUid<C extends JournaledChange>(change: C, uid: string | undefined): C {
  return uid === undefined || change.undo.kind !== 'delete'
    ? change
    : { ...change, undo: { ...change.undo, uid } };
}

function changesOf(records: readonly JournalRecord[]): JournalContent['changes'] {
  const undone = new Set(records.flatMap((entry) => (entry.kind === 'undone' ? [entry.number] : [])));
  const uids = new Map(
    records.flatMap((entry) => (entry.kind === 'made' ? [[entry.number, entry.uid] as const] : [])),
  );
  return records.flatMap((entry) => {
    if (entry.kind !== 'begin') return [];
    const { number, change } = entry;
    return [{ ...withUid(change, uids.get(number)), number, isUndone: undone.has(number) }];
  });
}

function holderOf(records: readonly JournalRecord[]): Pick<JournalContent, 'holder'> & {
  lastOwner: JournalOwner | null;
} {
  let holder: JournalContent['holder'] = null;
  let lastOwner: JournalOwner | null = null;
  for (const entry of records) {
    const over = entry.kind === 'journal' ? null : entry.kind === 'claim' ? entry.over : undefined;
    if ((entry.kind === 'journal' || entry.kind === 'claim') && over === (holder?.claim ?? null)) {
      holder = { claim: entry.claim, owner: entry.owner };
      lastOwner = entry.owner;
    }
    if (entry.kind === 'release' && entry.claim === holder?.claim) holder = null;
  }
  return { holder, lastOwner };
}

/** Why a file is not read, as the rest of a sentence that begins with its name, and whether it may be of a run. */
interface Unread {
  readonly ok: false;
  readonly reason: string;
  readonly mayHoldChanges: boolean;
}

function withoutHeader(lines: readonly Line[], content: string): Unread {
  const version = /"schemaVersion":(\d+)/.exec(content.slice(0, 500))?.[1];
  if (version !== undefined && Number(version) > journalSchemaVersion) {
    const reason = `has schema version ${version}, and this one reads ${journalSchemaVersion}; a newer Cilium Bench wrote it`;
    return { ok: false, reason, mayHoldChanges: true };
  }
  // First line and first change are written as one: where that was cut, the change was not made.
  if (lines.length <= 1 && lines.every((line) => 'reason' in line && line.reason === cutReason)) {
    return { ok: false, reason: 'was cut before anything was changed', mayHoldChanges: false };
  }
  return { ok: false, reason: 'is not a journal of Cilium Bench', mayHoldChanges: false };
}

export function parseJournal(
  content: string,
): { readonly ok: true; readonly value: JournalContent } | Unread {
  const lines = linesOf(content);
  const [first] = lines;
  if (first === undefined || !('record' in first) || first.record.kind !== 'journal') {
    return withoutHeader(lines, content);
  }
  const records = recordsOf(lines);
  if (!records.ok) return { ...records, mayHoldChanges: true };
  const { holder, lastOwner } = holderOf(records.value);
  return {
    ok: true,
    value: {
      runId: first.record.run,
      store: first.record.store,
      startedAt: new Date(first.record.at),
      holder,
      lastOwner: lastOwner ?? first.record.owner,
      changes: changesOf(records.value),
    },
  };
}
