/** A calibration as it is stored and read by others. Fields are added freely and changed only with a new version. */
import type { CalibrationReference, Fact, Fingerprint, ToolUse } from '../result/run';
import {
  exactly,
  interval,
  list,
  map,
  nullable,
  number,
  object,
  objectWith,
  oneOf,
  text,
  time,
} from '../shape';
import type { Shape } from '../shape';
import type { Comparison } from './compare';
import type { Truth } from './truth';

export const calibrationSchemaVersion = 1;

/** A truth and what was read of it; all figures are null where it was not measured, and the reason says why. */
export interface CalibrationResult extends Pick<Truth, 'id' | 'title' | 'unit' | 'source'> {
  readonly reading: number | null;
  /** How many samples stand behind the reading. */
  readonly n: number;
  readonly ci95: readonly [number, number] | null;
  /** Between these two the truth lies. */
  readonly truth: readonly [number, number] | null;
  /** How far the reading lies outside of the truth's range, in % of its nearer end. */
  readonly errorPercent: number | null;
  /** Whether the interval meets the truth's range. */
  readonly covered: boolean | null;
  /** Mean of what was read without the injection, where a control was taken. */
  readonly control: number | null;
  readonly reason?: string;
}

export interface Calibration {
  readonly schemaVersion: typeof calibrationSchemaVersion;
  readonly id: string;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly rounds: number;
  /** The kernel's one-minute load average at the start and at the end; null where it is not told. */
  readonly loadAverage: readonly [number, number] | null;
  readonly fingerprint: Fingerprint;
  readonly tools: readonly ToolUse[];
  readonly results: readonly CalibrationResult[];
}

export function resultOf(truth: Truth, compared: Comparison, control: number | null): CalibrationResult {
  const { id, title, unit, source } = truth;
  return { id, title, unit, source, ...compared, control };
}

export function notMeasuredResult(truth: Truth, reason: string): CalibrationResult {
  const { id, title, unit, source } = truth;
  const none = { reading: null, n: 0, ci95: null, truth: null, errorPercent: null, covered: null };
  return { id, title, unit, source, ...none, control: null, reason };
}

/** What a run on the same machine keeps of it. */
export function referenceTo({ id, startedAt, results }: Calibration): CalibrationReference {
  const judged = results.filter(({ covered }) => covered !== null);
  return {
    id,
    date: startedAt,
    covered: judged.filter(({ covered }) => covered).length,
    of: judged.length,
  };
}

/** Facts by which a machine is known again: with another of them, its readings are to be calibrated anew. */
export const machineFacts = [
  'kernel',
  'architecture',
  'cpuModel',
  'cpuCount',
  'memoryGiB',
  'virtualization',
  'labVersion',
  'datapath',
] as const;

/** Whether two fingerprints of the lab are of one machine in one state. */
export function isSameMachine(one: Fingerprint, other: Fingerprint): boolean {
  return machineFacts.every((name) => (one[name] ?? null) === (other[name] ?? null));
}

const fact: Shape<Fact> = {
  problem: (value, where) =>
    value === null || ['string', 'number', 'boolean'].includes(typeof value)
      ? null
      : `${where} is not a plain value`,
};
const flagOrNull: Shape<boolean | null> = {
  problem: (value, where) =>
    value === null || typeof value === 'boolean' ? null : `${where} is not true, false or null`,
};

export const calibrationShape: Shape<Calibration> = object({
  schemaVersion: exactly(calibrationSchemaVersion),
  id: text,
  startedAt: time,
  endedAt: time,
  rounds: number,
  loadAverage: nullable(interval),
  fingerprint: map(fact),
  tools: list(object({ name: text, version: text, source: text })),
  results: list(
    objectWith(
      {
        id: text,
        title: text,
        unit: oneOf('bit/s', 'µs', '%', 'cores'),
        source: text,
        reading: nullable(number),
        n: number,
        ci95: nullable(interval),
        truth: nullable(interval),
        errorPercent: nullable(number),
        covered: flagOrNull,
        control: nullable(number),
      },
      { reason: text },
    ),
  ),
});
