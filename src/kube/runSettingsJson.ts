import { consentNames, type Consent } from '../core/plan/consents';
import { Problem } from '../core/problem';
import type { Fingerprint } from '../core/result/run';
import { hasShape, list, nullable, object, objectWith, oneOf, flag, text, type Shape } from '../core/shape';
import type { RunSettings, Toleration } from './runSettings';

/** {@link RunSettings} as JSON has them. */
type Stored = Omit<RunSettings, 'allow'> & { readonly allow: readonly Consent[] };

const toleration: Shape<Toleration> = objectWith(
  { key: text, operator: oneOf('Exists', 'Equal') },
  { value: text, effect: oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute') },
);

const stored: Shape<Stored> = object({
  allow: list(oneOf(...consentNames)),
  namespace: nullable(text),
  clientNode: nullable(text),
  serverNode: nullable(text),
  crossZone: flag,
  images: object({ fortio: text, network: text }),
  roundTripTool: oneOf('netperf', 'sockperf'),
  pullSecrets: list(text),
  tolerations: list(toleration),
  cpu: nullable(text),
  memory: nullable(text),
});

/** As they are kept with a run, so that it can go on under the same ones. They hold names alone, no secret. */
export function settingsToJson(settings: RunSettings): unknown {
  return { ...settings, allow: [...settings.allow] } satisfies Stored;
}

/** @throws Problem (usage) for what this version did not write. */
export function settingsFromJson(value: unknown): RunSettings {
  if (!hasShape(stored, value)) {
    throw new Problem(
      'usage',
      `The settings stored with the run cannot be used: ${stored.problem(value, 'settings') ?? ''}.`,
      'Start a new run; cilium-bench undo takes away what this one left.',
    );
  }
  return { ...value, allow: new Set(value.allow) };
}

function textIn(fingerprint: Fingerprint, name: string): string | null {
  const fact = fingerprint[name];
  return typeof fact === 'string' && fact !== '' ? fact : null;
}

/**
 * Settings that place a run where its first half was and give its pods the same resources: what was left to the nodes' room
 * then would come out otherwise now, since the run's own pods take some of it.
 */
export function settingsOfRun(settings: RunSettings, fingerprint: Fingerprint): RunSettings {
  return {
    ...settings,
    clientNode: settings.clientNode ?? textIn(fingerprint, 'clientNode'),
    serverNode: settings.serverNode ?? textIn(fingerprint, 'serverNode'),
    cpu: settings.cpu ?? textIn(fingerprint, 'podCpu'),
    memory: settings.memory ?? textIn(fingerprint, 'podMemory'),
  };
}
