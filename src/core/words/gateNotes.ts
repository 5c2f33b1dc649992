/** What the validity gates say of a run, beside the reasons of its samples. */
import type { Run } from '../result/run';
import type { Unsteady } from '../result/steadiness';
import { gateOf } from '../run/gates/registry';
import { bandSize, counted } from './numbers';
import { joined, metricNouns, startOfSentence } from './phrases';

/** What to change where samples did not count, a line for each reason, and which reasons could not be looked for. */
export function gateNotes({
  samples,
  gatesNotJudged,
}: Pick<Run, 'samples' | 'gatesNotJudged'>): readonly string[] {
  const fired = new Set(
    samples.flatMap(({ block, invalidCodes }) => (block > 0 ? (invalidCodes ?? []) : [])),
  );
  const todos = [...fired].flatMap((code) => gateOf(code)?.todo ?? []);
  const unseen = gatesNotJudged ?? [];
  return [
    ...todos,
    ...(unseen.length === 0
      ? []
      : [
          `Not looked for, since this target does not tell: ${joined(unseen)} (docs/validity.md says what they are).`,
        ]),
  ];
}

function unsteadySentence({ code, metric, load, percent, n }: Unsteady): string {
  const what = `${startOfSentence(metricNouns([metric]))} (${load})`;
  const seen = `over ${counted(n, 'sample')}`;
  return code === 'drift'
    ? `${what} ${percent < 0 ? 'fell' : 'rose'} by ${bandSize(Math.abs(percent))} from the first sample to the last, ${seen}: the run drifted.`
    : `${what} jumped between two values ${bandSize(percent)} apart, ${seen}.`;
}

/** In what a run was not steady, and that it is why effects may be inconclusive. */
export function steadinessNotes({ unsteady, effects }: Pick<Run, 'unsteady' | 'effects'>): readonly string[] {
  const found = unsteady ?? [];
  const metrics = [...new Set(found.map(({ metric }) => metric))].filter((metric) =>
    effects.some((effect) => effect.metric === metric && effect.verdict === 'inconclusive'),
  );
  return [
    ...found.map(unsteadySentence),
    ...(metrics.length === 0
      ? []
      : [
          `The change in ${metricNouns(metrics)} may be inconclusive because of that: measure again when nothing else changes on the machine.`,
        ]),
  ];
}
