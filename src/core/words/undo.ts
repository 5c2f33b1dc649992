import { dayAndTime } from './dates';
import { counted } from './numbers';

/** A run that left a journal, as far as a line about it needs. */
interface JournalFacts {
  readonly runId: string;
  readonly contexts: readonly string[];
  readonly life: 'alive' | 'dead' | 'unsure';
  readonly pid: number;
  readonly host: string;
  readonly startedAt: Date;
  readonly open: number;
}

/** `2026-11-23-rps-x7 · prod-eu-1 · interrupted, 3 changes left · began 23 Nov 2026, 18:49`. */
export function journalLine({ runId, contexts, life, pid, host, startedAt, open }: JournalFacts): string {
  const state = {
    alive: `goes on (process ${pid})`,
    dead: `interrupted, ${counted(open, 'change')} left`,
    unsure: `begun by process ${pid} on ${host}, perhaps going on, ${counted(open, 'change')} left`,
  }[life];
  return [runId, contexts.join(', '), state, `began ${dayAndTime(startedAt.toISOString())}`].join(' · ');
}

/** `  namespace cilium-bench-x7: not there → created`. */
export function changeLine({ what, old, new: to }: { what: string; old: string; new: string }): string {
  return `  ${what}: ${old} → ${to}`;
}

interface Report {
  readonly undone: readonly { readonly what: string; readonly note: string | null }[];
  readonly left: readonly { readonly what: string; readonly reason: string; readonly todo: string }[];
}

/** What was put back, and what was not, with the reason and what to do; a line each. */
export function reportLines({ undone, left }: Report): string[] {
  return [
    ...undone.map(({ what, note }) => `  undone  ${what}${note === null ? '' : `. ${note}`}`),
    ...left.map(({ what, reason, todo }) => `  left    ${what}: ${reason} ${todo}`),
  ];
}

/** `cilium-bench-x7 · run 2026-11-23-rps-x7 · since 23 Nov 2026, 18:49`. */
export function strayLine({
  name,
  runId,
  createdAt,
}: {
  name: string;
  runId: string;
  createdAt: string;
}): string {
  return `${name} · run ${runId} · since ${dayAndTime(createdAt)}`;
}

/** What stands beside an interrupted run in a tree, e.g. `interrupted · 7 samples left · 3 changes to undo`. */
export function interruptedText(samplesLeft: number | null, open: number): string {
  return [
    'interrupted',
    ...(samplesLeft === null ? [] : [`${counted(samplesLeft, 'sample')} left`]),
    `${counted(open, 'change')} to undo`,
  ].join(' · ');
}
