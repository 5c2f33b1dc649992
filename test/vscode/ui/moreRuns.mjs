// Runs beside the recorded one, for what is shown of several: what they measured is made up from it, and stays in the test's own store.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../state.mjs';

export const recordedId = '2026-11-23-policy-overhead-2h';
/** The run of the fixtures, as a lab measured it. */
export const recorded = JSON.parse(
  readFileSync(path.join(root, 'test/vscode/fixtures/runs', recordedId, 'run.json'), 'utf8'),
);

/** Rates grow by a factor, and times of a request shrink by it; all else stays. */
function scaled(name, value, factor) {
  if (name === 'rps') return value * factor;
  return name.startsWith('latency') || name === 'cpuUsPerRequest' ? value / factor : value;
}

const mapValues = (values, change) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(name, value)]));

/**
 * The recorded run as it might have been at another time: all its settings faster by `factor`, so that effects within it are the
 * same. `facts` of its target and `parameters` are other ones.
 */
export function anotherRun({ id, startedAt, factor, facts = {}, parameters = {} }) {
  const summary = (name, { median, mean, ci95, samples, ...rest }) => ({
    ...rest,
    median: scaled(name, median, factor),
    mean: scaled(name, mean, factor),
    ci95: ci95 && ci95.map((bound) => scaled(name, bound, factor)),
    samples: samples.map((value) => scaled(name, value, factor)),
  });
  return {
    ...recorded,
    id,
    startedAt,
    endedAt: startedAt,
    target: { ...recorded.target, fingerprint: { ...recorded.target.fingerprint, ...facts } },
    parameters: { ...recorded.parameters, ...parameters },
    variants: recorded.variants.map((variant) => ({
      ...variant,
      metrics: mapValues(variant.metrics, summary),
    })),
    samples: recorded.samples.map((sample) => ({
      ...sample,
      values: mapValues(sample.values, (name, value) => scaled(name, value, factor)),
    })),
  };
}

/** Keeps a run in the store, under a name that people gave it. */
export function keep(runs, run, name) {
  const folder = path.join(runs, run.id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'run.json'), JSON.stringify(run));
  const annotations = { schemaVersion: 1, name, note: null, tags: [], pinnedAt: null };
  writeFileSync(path.join(folder, 'annotations.json'), JSON.stringify(annotations));
}

/** What `cilium-bench calibrate` kept on a machine. */
export const calibration = JSON.parse(
  readFileSync(path.join(root, 'test/vscode/fixtures/calibrations/calibrate.json'), 'utf8'),
);

/** A run that refers to the calibration of its machine, both kept in the test's own store. `referenceTo` is the product's own. */
export function keepCalibrated({ runs }, referenceTo) {
  const folder = path.join(runs, '..', 'calibrations');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${calibration.id}.json`), JSON.stringify(calibration));
  const run = anotherRun({
    id: '2026-11-24-policy-overhead-ca',
    startedAt: '2026-11-24T09:00:00.000Z',
    factor: 1,
  });
  keep(runs, { ...run, calibration: referenceTo(calibration) }, 'Calibrated machine');
}

/** A run that goes on is kept as partial, with this reason. */
export const isOver = ({ stateReason }) => stateReason !== 'The run has not ended.';
