import type { Run } from '../result/run';
import { calibrationNotes } from './calibration';
import { compactTable } from './compactTable';
import { curveTables } from './curveTable';
import { shortMetricNames } from './effects';
import { metricTables } from './metricTables';
import {
  effectsLeftOut,
  noiseBands,
  noiseUnknownReason,
  notMeasuredLines,
  profileWords,
  samplePlace,
  validityWords,
} from './notes';
import { counted, eitherWay } from './numbers';
import { partLines } from './partLines';
import { partNotes } from './partTables';
import { runTitle } from './panelModelOf';
import { joined } from './phrases';
import { precisionNotes, warmUpNotes } from './precision';
import { measuredSamples } from './runParts';
import { runSentences } from './sentences';
import { targetName } from './targets';
import { paint, wrap } from './terminalText';

export interface TerminalOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly colour: boolean;
}

/** Invalid samples that are named one by one; the report names all. */
const mostNamed = 4;

/** `Noise here ± 4 % (A/A)` where one band holds for all, else each with what it is in. */
function noiseParts(run: Run): readonly string[] {
  const { known, unknown } = noiseBands(run);
  const [only] = known;
  if (!only) return unknown.length === 0 ? [] : [`Noise not known: ${noiseUnknownReason}`];
  if (known.length === 1 && unknown.length === 0) return [`Noise here ${eitherWay(only.percent)} (A/A)`];
  const names = (metrics: typeof unknown): string =>
    joined(metrics.map((metric) => shortMetricNames[metric]));
  const bands = known.map(({ percent, metrics }) => `${eitherWay(percent)} in ${names(metrics)}`);
  return [
    `Noise here (A/A): ${bands.join(', ')}`,
    ...(unknown.length === 0 ? [] : [`Noise not known in ${names(unknown)}: ${noiseUnknownReason}`]),
  ];
}

function badSamples(run: Run): readonly string[] {
  const bad = measuredSamples(run).filter(({ valid }) => !valid);
  const more = bad.length - mostNamed;
  return [
    ...bad
      .slice(0, mostNamed)
      .map((sample) => `Not used: ${samplePlace(run, sample)}: ${sample.invalidReasons.join('; ')}`),
    ...(more > 0 ? [`Not used either: ${counted(more, 'more sample')}, named in the report`] : []),
  ];
}

/** Parts with a dot between them, on one line where they fit, else on one each. */
function dotted(parts: readonly string[], width: number): readonly string[] {
  const line = parts.join(' · ');
  return line.length <= width ? [line] : parts;
}

function sureLines(run: Run, width: number): readonly string[] {
  const noise = noiseParts(run);
  const hasIntervals = [...run.effects, ...(run.differences ?? [])].some(({ ci95 }) => ci95 !== null);
  const brackets = [
    ...(hasIntervals ? ['(a to b): 95 % interval'] : []),
    ...(run.effects.some(({ verdict }) => verdict === 'within-noise')
      ? ['within noise (± c): a change of c would have been seen']
      : []),
  ];
  const counts = [validityWords(run), ...(run.target.kind === 'lab' ? ['this machine, not a cluster'] : [])];
  return [
    ...(noise.length < 2 ? dotted([...noise, ...brackets], width) : [...noise, ...brackets]),
    counts.join(' · '),
    ...calibrationNotes(run),
    ...warmUpNotes(run.warmUp),
    ...precisionNotes(run.precision).slice(0, 1),
    ...badSamples(run),
    ...notMeasuredLines(run),
    ...effectsLeftOut(run),
    ...partNotes(run),
  ];
}

/**
 * The result of a run as lines of text: the answer in sentences, the numbers, then how sure it is. Fits the width from 48
 * columns up. Colour repeats what the words say and is never the only signal.
 */
export function resultTable(run: Run, { width, colour }: TerminalOptions): readonly string[] {
  const title = `${runTitle(run)} · ${targetName(run.target)} · ${profileWords(run)}`;
  const numbers =
    curveTables(run, width, colour) ?? compactTable(run, width, colour) ?? metricTables(run, width, colour);
  return [
    ...wrap(title, width).map((text) => paint({ text, colour: 'bold' }, colour)),
    '',
    ...runSentences(run).flatMap((sentence) => wrap(sentence, width)),
    '',
    ...numbers,
    ...partLines(run, width, colour),
    ...sureLines(run, width).flatMap((line) => wrap(line, width, '  ')),
  ];
}
