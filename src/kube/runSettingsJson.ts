import { consentNames, type Consent } from '../core/plan/consents';
import { Problem } from '../core/problem';
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
