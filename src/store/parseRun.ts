import { messageOf } from '../core/problem';
import { metricNames } from '../core/result/metrics';
import type { MetricSummary, RawOutput, Run } from '../core/result/run';
import { runSchemaVersion } from '../core/result/run';
import type { Load } from '../core/scenario/scenario';
import type { Shape } from '../core/shape';
import {
  either,
  exactly,
  flag,
  hasShape,
  interval,
  list,
  map,
  nullable,
  number,
  object,
  objectWith,
  oneOf,
  taggedBy,
  text,
  time,
} from '../core/shape';
import { isSafeName, isSafeRawPath } from './safeNames';

const fact: Shape<string | number | boolean | null> = {
  problem: (value, where) =>
    value === null || ['string', 'number', 'boolean'].includes(typeof value)
      ? null
      : `${where} is not a plain value`,
};

/** Part of a file's name, so it must not lead anywhere else. */
const runId: Shape<string> = {
  problem: (value, where) =>
    typeof value === 'string' && isSafeName(value) ? null : `${where} is not a name that a run can have`,
};
const rawPath: Shape<string> = {
  problem: (value, where) =>
    typeof value === 'string' && isSafeRawPath(value)
      ? null
      : `${where} does not name a file in the folder samples`,
};

const loadCommon = { id: text, via: oneOf('pod', 'service', 'host'), metrics: list(oneOf(...metricNames)) };
export const loadShape: Shape<Load> = taggedBy('kind', {
  http: objectWith(
    {
      kind: exactly('http'),
      ...loadCommon,
      connections: number,
      keepAlive: flag,
      ratePerSecond: either(number, exactly('max')),
    },
    { clients: number },
  ),
  stream: object({ kind: exactly('stream'), ...loadCommon, streams: number }),
  'round-trip': object({ kind: exactly('round-trip'), ...loadCommon }),
  connect: object({ kind: exactly('connect'), ...loadCommon }),
  idle: object({ kind: exactly('idle'), ...loadCommon }),
  'bpf-maps': object({ kind: exactly('bpf-maps'), ...loadCommon }),
});

const metricSummary: Shape<MetricSummary> = objectWith(
  {
    unit: text,
    n: number,
    median: number,
    mean: number,
    ci95: nullable(interval),
    samples: list(number),
  },
  {
    load: loadShape,
    pooled: objectWith(
      {
        percent: number,
        value: nullable(number),
        ci95: nullable(interval),
        count: number,
        samples: number,
        resolution: number,
      },
      { reason: text },
    ),
    offered: object({ due: number, sent: number, late: number, ifLateWereSlowest: nullable(number) }),
  },
);

const effect = objectWith(
  {
    metric: oneOf(...metricNames),
    variant: text,
    baseline: text,
    percent: nullable(number),
    ci95: nullable(interval),
    verdict: oneOf('better', 'worse', 'within-noise', 'inconclusive', 'not-measured'),
    noisePercent: nullable(number),
    n: number,
  },
  {
    method: oneOf('t', 'bootstrap'),
    logError: number,
    pValue: number,
    correctedP: number,
    comparisons: number,
    hodgesLehmannPercent: number,
    signedRankP: number,
    mannWhitneyP: number,
    smallestSeenPercent: number,
    roundsNeeded: number,
    reason: text,
  },
);

const difference = object({
  metric: oneOf(...metricNames),
  variant: text,
  beside: text,
  unit: text,
  difference: number,
  ci95: nullable(interval),
  n: number,
});

const part = objectWith({ part: text, metric: oneOf(...metricNames), value: number }, { about: text });
const notMeasured = list(object({ what: text, reason: text }));

const sample = objectWith(
  {
    id: runId,
    variant: text,
    load: text,
    block: number,
    repeat: number,
    tool: text,
    argv: list(text),
    startedAt: time,
    seconds: number,
    raw: rawPath,
    valid: flag,
    invalidReasons: list(text),
    values: map(number),
    cpuUs: map(number),
  },
  {
    latencies: object({ startUs: list(number), endUs: list(number), counts: list(number) }),
    offered: object({ due: number, sent: number, late: number }),
    parts: list(part),
    partsLeftOut: notMeasured,
    invalidCodes: list(text),
  },
);

const unsteady = object({
  code: oneOf('drift', 'two-modes'),
  metric: oneOf(...metricNames),
  load: text,
  percent: number,
  n: number,
});

const policy = object({
  file: text,
  name: text,
  textHash: text,
  protocol: exactly('http'),
  direction: oneOf('ingress', 'egress'),
  ports: list(text),
  httpRules: number,
  line: number,
});

const warmUp = object({ rounds: number, metric: oneOf(...metricNames), percent: number, p: number });

const precision = objectWith(
  {
    rule: exactly('fixed-width'),
    askedPercent: number,
    budgetSeconds: number,
    mostRounds: number,
    firstLook: number,
    looks: list(object({ rounds: number, percent: nullable(number), effects: number })),
    secondsUsed: number,
  },
  { ended: oneOf('reached', 'budget', 'rounds', 'nothing-compared') },
);

const imported = object({ format: text, source: text, importedAt: time, notes: list(text) });

const calibration = object({ id: runId, date: time, covered: number, of: number });

const run: Shape<Run> = objectWith(
  {
    schemaVersion: exactly(runSchemaVersion),
    id: runId,
    scenario: text,
    title: text,
    profile: text,
    target: object({ kind: oneOf('lab', 'kube'), name: text, fingerprint: map(fact) }),
    startedAt: time,
    endedAt: time,
    state: oneOf('complete', 'partial', 'cancelled', 'failed'),
    parameters: map(text),
    variants: list(
      objectWith(
        { id: text, label: text, baseline: nullable(text), metrics: map(metricSummary) },
        {
          point: object({ series: text, axis: text, x: number }),
          parts: list(objectWith({ part: text, metrics: map(metricSummary) }, { about: text })),
        },
      ),
    ),
    effects: list(effect),
    samples: list(sample),
    notMeasured,
    changes: list(object({ what: text, old: text, new: text, undone: flag })),
    tools: list(object({ name: text, version: text, source: text })),
    underLoadShare: number,
  },
  {
    figureRules: number,
    stateReason: text,
    policy,
    imported,
    calibration,
    differences: list(difference),
    warmUp,
    precision,
    left: list(text),
    gatesNotJudged: list(text),
    unsteady: list(unsteady),
  },
);

const rawOutput: Shape<RawOutput> = object({
  argv: list(text),
  exitCode: nullable(number),
  stdout: text,
  stderr: text,
});

export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** Reads a text as JSON of this shape. */
export function parseAs<T>(shape: Shape<T>, json: string): Parsed<T> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    const cut = json.trim() === '' ? 'it is empty' : messageOf(error);
    return { ok: false, reason: `is not JSON, or was cut short: ${cut}` };
  }
  if (hasShape(shape, value)) return { ok: true, value };
  return { ok: false, reason: shape.problem(value, '') ?? 'is not as expected' };
}

/** The document's `schemaVersion`, whatever it is. */
export function versionOf(json: string): unknown {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && 'schemaVersion' in value
      ? value.schemaVersion
      : undefined;
  } catch {
    return undefined;
  }
}

/** Reads the text of a `run.json`. The reason of a refusal is the rest of a sentence that begins with the file's name. */
export function parseRun(json: string): Parsed<Run> {
  const parsed = parseAs(run, json);
  if (parsed.ok) return parsed;
  const version = versionOf(json);
  if (typeof version === 'number' && version !== runSchemaVersion) {
    const newer = version > runSchemaVersion ? '; a newer Cilium Bench wrote it' : '';
    return {
      ok: false,
      reason: `has schema version ${version}, and this one reads ${runSchemaVersion}${newer}`,
    };
  }
  return {
    ok: false,
    reason: parsed.reason.startsWith('is not JSON') ? parsed.reason : `is not a run: ${parsed.reason}`,
  };
}

/** Reads the text of a sample's file. */
export function parseRawOutput(json: string): Parsed<RawOutput> {
  return parseAs(rawOutput, json);
}
