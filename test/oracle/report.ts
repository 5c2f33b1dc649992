import type { CiliumVersion } from '../../src/core/policy/semantics/model';
import { questions, type Comparison, type Disagreement, type Question } from './compare';
import type { JsonObject } from './generate/json';
import { outOfScope } from './outOfScope';
import type { Case } from './sources';

interface Found {
  readonly disagreement: Disagreement;
  readonly example: Case;
  count: number;
}

/** Whether among disagreements there still is one of the same kind. */
type IsSame = (disagreements: readonly Disagreement[]) => boolean;

export interface Report {
  readonly add: (one: Case, comparison: Comparison) => void;
  /** Makes the examples of the most frequent kinds small. */
  readonly shrinkExamples: (
    most: number,
    shrink: (policies: readonly JsonObject[], isSame: IsSame) => Promise<readonly JsonObject[]>,
  ) => Promise<void>;
  readonly text: () => string;
  readonly failed: () => boolean;
}

const keyOf = ({ question, kind, oracle, ours }: Disagreement): string =>
  question === 'accept' || question === 'conflict'
    ? `${question}: ${kind} (${oracle}, ours ${ours})`
    : `${question}: ${kind}`;

const textOf = ({ files }: Case): string => files.map(({ text }) => text).join('\n---\n');

/** What all cases of one version came to. */
export function createReport(version: CiliumVersion): Report {
  const asked = new Map<Question, number>();
  const differing = new Map<Question, number>();
  const excused = new Map<string, number>();
  const found = new Map<string, Found>();
  const small = new Map<string, readonly JsonObject[]>();
  let cases = 0;
  let panics = 0;
  let unreadable = 0;
  const count = <K>(map: Map<K, number>, key: K, more = 1): void => {
    map.set(key, (map.get(key) ?? 0) + more);
  };
  const sorted = (): readonly (readonly [string, Found])[] =>
    [...found].sort(([, a], [, b]) => b.count - a.count);
  return {
    add: (one, comparison) => {
      cases += 1;
      panics += comparison.panics;
      unreadable += comparison.isUnreadable ? 1 : 0;
      for (const question of questions) count(asked, question, comparison.asked[question]);
      for (const disagreement of comparison.disagreements) {
        const exception = outOfScope.find(({ holds }) => holds(disagreement, textOf(one), version));
        if (exception) {
          count(excused, exception.reason);
          continue;
        }
        count(differing, disagreement.question);
        const key = keyOf(disagreement);
        const known = found.get(key);
        if (known) known.count += 1;
        else found.set(key, { disagreement, example: one, count: 1 });
      }
    },
    shrinkExamples: async (most, shrink) => {
      for (const [key, { example }] of sorted().slice(0, most)) {
        if (!example.policies) continue;
        const isSame: IsSame = (disagreements) => disagreements.some((other) => keyOf(other) === key);
        small.set(key, await shrink(example.policies, isSame));
      }
    },
    text: () => {
      const lines = [`Cilium ${version}: ${cases} cases`];
      for (const question of questions) {
        const [all, bad] = [asked.get(question) ?? 0, differing.get(question) ?? 0];
        const share = all === 0 ? '-' : `${(((all - bad) / all) * 100).toFixed(bad === 0 ? 0 : 3)} %`;
        lines.push(
          `  ${question.padEnd(10)} ${String(all - bad).padStart(8)} of ${String(all).padStart(8)} agree  ${share}`,
        );
      }
      if (panics > 0) lines.push(`  no answer for ${panics}: the agent panics`);
      if (unreadable > 0) lines.push(`  not compared: ${unreadable} files with documents that are no YAML`);
      for (const [reason, times] of excused) lines.push(`  out of scope, ${times} times: ${reason}`);
      for (const [key, { count: times, disagreement, example }] of sorted()) {
        lines.push(
          `\n  ${times} x ${key}`,
          `    Cilium: ${disagreement.oracle}`,
          `    ours:   ${disagreement.ours}`,
        );
        const policies = small.get(key);
        lines.push(`    in ${example.name}, ${disagreement.where}`);
        if (policies) lines.push(...policies.map((manifest) => `    ${JSON.stringify(manifest)}`));
      }
      return lines.join('\n');
    },
    failed: () => found.size > 0,
  };
}
