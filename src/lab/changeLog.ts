import type { ChangeRecord } from '../core/result/run';
import type { ServiceScale } from '../core/scenario/scenario';

/** What was changed on a bench, in order, and what each thing was before. */
export interface ChangeLog {
  /** Notes that `what` is now `value`, and gives the record of it. */
  note(what: string, value: string): ChangeRecord;
  current(what: string): string;
  /** All records, marked as undone. */
  undone(): readonly ChangeRecord[];
}

/** A log that starts with the given values. */
export function changeLog(initial: Readonly<Record<string, string>>): ChangeLog {
  const values = new Map(Object.entries(initial));
  const records: ChangeRecord[] = [];
  return {
    note(what, value) {
      const record = { what, old: values.get(what) ?? '', new: value, undone: false };
      values.set(what, value);
      records.push(record);
      return record;
    },
    current: (what) => values.get(what) ?? '',
    undone: () => records.map((record) => ({ ...record, undone: true })),
  };
}

/** A number of Services and their rules in words, with the size of the transactions where one was not enough. */
export function describeServices(
  scale: ServiceScale | null,
  perTransaction = Number.POSITIVE_INFINITY,
): string {
  if (scale === null) return 'none';
  const parts = perTransaction < scale.count ? `, ${perTransaction} in a transaction` : '';
  return `${scale.count} Services besides the measured one, ${scale.rules}${parts}`;
}
