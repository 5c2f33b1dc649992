/** The label of a day as it is seen from today: `Today`, `Yesterday`, else its date in the reader's language. */
export function dayLabel(day: Date, today: Date, language: string): string {
  const daysBetween = Math.round((startOfDay(today) - startOfDay(day)) / 86_400_000);
  if (daysBetween === 0) return 'Today';
  if (daysBetween === 1) return 'Yesterday';
  return new Intl.DateTimeFormat(language, {
    day: 'numeric',
    month: 'long',
    ...(day.getFullYear() === today.getFullYear() ? {} : { year: 'numeric' }),
  }).format(day);
}

// Noon in UTC of the local date, so that a day of 23 or 25 hours still counts as one.
const startOfDay = (time: Date): number => Date.UTC(time.getFullYear(), time.getMonth(), time.getDate(), 12);

export interface Day<Item> {
  readonly label: string;
  readonly items: readonly Item[];
}

/** Groups by the local day they started on, newest first. */
export function byDay<Item extends { readonly startedAt: Date }>(
  items: readonly Item[],
  today: Date,
  language: string,
): readonly Day<Item>[] {
  const days = new Map<string, Item[]>();
  const newestFirst = [...items].sort((left, right) => right.startedAt.getTime() - left.startedAt.getTime());
  for (const item of newestFirst) {
    const label = dayLabel(item.startedAt, today, language);
    days.set(label, [...(days.get(label) ?? []), item]);
  }
  return [...days].map(([label, grouped]) => ({ label, items: grouped }));
}
