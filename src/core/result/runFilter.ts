import type { Annotations } from './annotations';

/** Which runs are looked at; what is empty asks for nothing. All of it must hold. */
export interface RunFilter {
  /** Each is somewhere in the run's texts, in any case. */
  readonly words: readonly string[];
  /** Whole tags. */
  readonly tags: readonly string[];
  /** The scenario's id begins with it. */
  readonly scenario: string | null;
  /** Is in the target's name; `lab` is the local lab. */
  readonly target: string | null;
}

/** What of a run a filter looks at. */
export interface FilteredRun {
  readonly id: string;
  readonly scenario: string;
  readonly title: string;
  readonly profile: string;
  readonly state: string;
  readonly target: { readonly kind: 'lab' | 'kube'; readonly name: string };
  readonly policy?: { readonly name: string; readonly file: string };
  readonly annotations: Annotations;
}

const part = /(?:(tag|scenario|target):(?:"[^"]*"?|\S*))|"[^"]*"?|\S+/gi;

/** Longer ones are cut: nobody types them. */
const longest = 500;

/** Reads `slow tag:nightly scenario:rps target:prod`. Never throws; `"two words"` are one. */
export function parseRunFilter(text: string): RunFilter {
  const words: string[] = [];
  const tags: string[] = [];
  let scenario: string | null = null;
  let target: string | null = null;
  for (const [found, key] of text.slice(0, longest).matchAll(part)) {
    const value = found.slice(key === undefined ? 0 : key.length + 1).replace(/^"([^"]*)"?$/, '$1');
    if (value === '') continue;
    if (key === undefined) words.push(value);
    else if (key.toLowerCase() === 'tag') tags.push(value.replace(/^#/, ''));
    else if (key.toLowerCase() === 'scenario') scenario = value;
    else target = value;
  }
  return { words, tags, scenario, target };
}

const has = (text: string, word: string): boolean => text.toLowerCase().includes(word.toLowerCase());

export function matchesRun({ words, tags, scenario, target }: RunFilter, run: FilteredRun): boolean {
  const { name, note, tags: own } = run.annotations;
  const isLab = run.target.kind === 'lab';
  const texts = [
    run.id,
    run.scenario,
    run.title,
    run.profile,
    run.state,
    run.target.name,
    name ?? '',
    note ?? '',
    ...own,
    ...(run.policy ? [run.policy.name, run.policy.file] : []),
  ];
  return (
    words.every((word) => texts.some((text) => has(text, word))) &&
    tags.every((tag) => own.some((one) => one.toLowerCase() === tag.toLowerCase())) &&
    (scenario === null || run.scenario.toLowerCase().startsWith(scenario.toLowerCase())) &&
    (target === null || (isLab && target.toLowerCase() === 'lab') || has(run.target.name, target))
  );
}
