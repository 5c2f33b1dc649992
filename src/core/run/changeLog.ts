import type { ChangeRecord } from '../result/run';

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
