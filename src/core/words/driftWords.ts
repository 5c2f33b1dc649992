import type { Drift } from '../result/drift';
import { fewestEarlierRuns } from '../result/comparison/runToRun';
import { factName } from './factNames';
import { dayAndTime } from './dates';
import { changeWords, detectableWords } from './effects';
import { loadWords } from './loads';
import { bandSize, counted, quantity, tellingPercent } from './numbers';
import { changePhrase, joined, metricNoun, startOfSentence } from './phrases';
import { targetPlace } from './targets';

/** `No policy: requests a second, saturated`. */
export function driftHeading(drift: Drift): string {
  const under = loadWords(drift.load);
  const joint = under.startsWith('at ') ? ' ' : ', ';
  return `${startOfSentence(drift.label)}: ${metricNoun(drift.metric)}${under === '' ? '' : `${joint}${under}`}`;
}

/** What a sentence speaks of where nothing around it tells: `No policy: requests a second, saturated on the local lab`. */
const wholeName = (drift: Drift): string =>
  `${driftHeading(drift)} on ${targetPlace({ kind: drift.targetKind, name: drift.target })}`;

/** Whether the newest run differs from those before it, as one sentence that begins with a name. */
export function driftSentence(drift: Drift, name = wholeName(drift)): string {
  const { change, metric, points } = drift;
  const values = points.map(({ value }) => value);
  const last = points.at(-1);
  if (!last) return `${name}: no run has it.`;
  if (change === null) {
    const more = fewestEarlierRuns + 1 - points.length;
    return `${name}: ${quantity(metric, last.value, last.ci95, values)} in the last of ${counted(points.length, 'run')}; whether it drifts is not known, ${counted(more, 'more run')} would tell.`;
  }
  const before = counted(change.earlierRuns, 'run');
  if (change.verdict === 'within-noise' || change.verdict === 'inconclusive')
    return `${name}: the last of ${points.length} is like the ${before} before it, ${changeWords(change) ?? ''} (${detectableWords(change)}).`;
  const facts =
    change.changedWithIt.length === 0
      ? 'nothing known of target and tools changed with it'
      : `with it changed ${joined(change.changedWithIt.map(factName))}`;
  const links = change.percent > tellingPercent ? 'of' : 'than';
  return `${name}: the last run has ${changePhrase(metric, change.percent, change.ci95)} ${links} the ${before} before it, ${change.verdict}: runs here differ by ${bandSize(change.noisePercent)}; ${facts}.`;
}

/** One point in the pieces of a table: when, which run, the value, its interval, what changed. */
export function driftRow(
  drift: Drift,
  place: number,
  timeZone?: string,
): readonly [string, string, string, string, string] {
  const point = drift.points[place];
  if (!point) return ['', '', '', '', ''];
  const { metric } = drift;
  const values = drift.points.map(({ value }) => value);
  const range =
    point.ci95 === null
      ? ''
      : `${quantity(metric, point.ci95[0], null, values)} to ${quantity(metric, point.ci95[1], null, values)}`;
  return [
    dayAndTime(point.startedAt, timeZone),
    point.run,
    quantity(metric, point.value, point.ci95, values),
    range,
    point.changes.map(({ name }) => factName(name)).join(', '),
  ];
}

/** Runs that are not on the line, a line for each reason. */
export function driftLeftOut({ leftOut }: Drift): readonly string[] {
  const reasons = [...new Set(leftOut.map(({ reason }) => reason))];
  return reasons.map((reason) => {
    const runs = leftOut.filter((one) => one.reason === reason).map(({ run }) => run);
    return `Left out: ${runs.join(', ')}, because ${reason}.`;
  });
}
