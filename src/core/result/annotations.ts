import { hasShape, list, nullable, objectWith, text, time, type Shape } from '../shape';

/** What people keep with a run. What was measured stands in the run itself and stays as it is. */
export interface Annotations {
  /** One line; null where it has none. */
  readonly name: string | null;
  /** Several lines at most; null where there is none. */
  readonly note: string | null;
  /** Sorted, each once. */
  readonly tags: readonly string[];
  /** ISO 8601, when it was pinned as the baseline of its target and scenario; null where it is not. */
  readonly pinnedAt: string | null;
}

export const noAnnotations: Annotations = { name: null, note: null, tags: [], pinnedAt: null };

/** Characters (UTF-16 code units), and tags. */
export const annotationLimits = { name: 120, note: 4000, tag: 40, tags: 20 } as const;

/** Words that can be typed after `tag:` and `+` without quotes. */
const tagPattern = /^[\p{L}\p{N}][\p{L}\p{N}._/-]*$/u;

/** Why a text cannot be a tag, as the rest of a sentence that begins with it; null where it can. */
function tagFault(tag: string): string | null {
  if (tag.length > annotationLimits.tag) return `is longer than ${annotationLimits.tag} characters`;
  return tagPattern.test(tag)
    ? null
    : 'is not a tag: letters and digits, then also dots, hyphens, slashes and underscores';
}

// Controls steer terminals; the marks of direction make a text read otherwise than it is.
const unseen = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** A text as one line in which every character can be seen. */
const seenLine = (given: string): string => given.replace(unseen, ' ').replace(/\s+/gu, ' ').trim();

/** The same with its lines. */
const seenLines = (given: string): string =>
  given
    .replace(/\r\n?/g, '\n')
    .replace(unseen, (found) => (found === '\n' || found === '\t' ? found : ' '))
    .trim();

const orNull = (given: string): string | null => (given === '' ? null : given);

/** The name as it is kept: one line, null where nothing is left of it. Too long a one is not cut. */
export const nameOf = (given: string): string | null => orNull(seenLine(given));

export const noteOf = (given: string): string | null => orNull(seenLines(given));

/** Tags sorted, each once. */
export const tagsOf = (given: readonly string[]): readonly string[] => [...new Set(given)].sort();

const atMost = (most: number): Shape<string> => ({
  problem: (value, where) =>
    text.problem(value, where) ??
    ((value as string).length > most ? `${where} is longer than ${most} characters` : null),
});
const tag: Shape<string> = {
  problem: (value, where) => {
    const notText = text.problem(value, where);
    if (notText !== null) return notText;
    const fault = tagFault(value as string);
    return fault === null ? null : `${where} ${fault}`;
  },
};
const fewTags: Shape<readonly string[]> = {
  problem: (value, where) =>
    Array.isArray(value) && value.length > annotationLimits.tags
      ? `${where} has more than ${annotationLimits.tags} entries`
      : list(tag).problem(value, where),
};

const annotations = objectWith(
  {},
  {
    name: nullable(atMost(annotationLimits.name)),
    note: nullable(atMost(annotationLimits.note)),
    tags: fewTags,
    pinnedAt: nullable(time),
  },
);

/** Reads what a file holds. What is wrong is the rest of a sentence that begins with the file's name. */
export function annotationsIn(
  value: unknown,
): { readonly ok: true; readonly value: Annotations } | { readonly ok: false; readonly reason: string } {
  if (!hasShape(annotations, value)) {
    return { ok: false, reason: `is not what this version writes: ${annotations.problem(value, '') ?? ''}` };
  }
  const { name, note, tags, pinnedAt } = value;
  return {
    ok: true,
    value: {
      name: nameOf(name ?? ''),
      note: noteOf(note ?? ''),
      tags: tagsOf(tags ?? []),
      pinnedAt: pinnedAt ?? null,
    },
  };
}

/** Why these cannot be kept, as a sentence; null where they can. */
export function annotationsFault({ name, note, tags }: Annotations): string | null {
  if ((name ?? '').length > annotationLimits.name)
    return `A name has at most ${annotationLimits.name} characters.`;
  if ((note ?? '').length > annotationLimits.note)
    return `A note has at most ${annotationLimits.note} characters.`;
  if (tags.length > annotationLimits.tags) return `A run has at most ${annotationLimits.tags} tags.`;
  const wrong = tags.find((one) => tagFault(one) !== null);
  return wrong === undefined ? null : `"${wrong}" ${tagFault(wrong) ?? ''}.`;
}

/** What is asked of a run to tell which is its baseline. */
export interface Pinnable {
  readonly id: string;
  readonly scenario: string;
  readonly target: { readonly kind: string; readonly name: string };
  readonly annotations: Pick<Annotations, 'pinnedAt'>;
}

/** Whether two runs can be each other's baseline: the same scenario on the same target. */
export const isAlike = (one: Omit<Pinnable, 'annotations'>, other: Omit<Pinnable, 'annotations'>): boolean =>
  one.scenario === other.scenario &&
  one.target.kind === other.target.kind &&
  one.target.name === other.target.name;

/**
 * The run that was pinned as the baseline of this run's target and scenario, which may be the run itself; undefined where
 * none is. Of several, as where two processes pinned at the same time, the one that was pinned last.
 */
export function baselineOf<Run extends Pinnable>(
  runs: readonly Run[],
  run: Omit<Pinnable, 'annotations'>,
): Run | undefined {
  return runs
    .filter((one) => one.annotations.pinnedAt !== null && isAlike(one, run))
    .sort(
      (a, b) =>
        Date.parse(b.annotations.pinnedAt ?? '') - Date.parse(a.annotations.pinnedAt ?? '') ||
        (a.id < b.id ? 1 : -1),
    )[0];
}
