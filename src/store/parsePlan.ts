import type { HttpRequest, KubeObject, Plan } from '../core/plan/plan';
import type { PolicyUnderTest } from '../core/policy/policyUnderTest';
import { metricNames } from '../core/result/metrics';
import type { Setting } from '../core/scenario/scenario';
import type { Shape } from '../core/shape';
import {
  either,
  exactly,
  flag,
  list,
  map,
  nullable,
  number,
  object,
  objectWith,
  oneOf,
  taggedBy,
  text,
} from '../core/shape';
import { loadShape, parseAs, versionOf, type Parsed } from './parseRun';
import { isSafeName } from './safeNames';

/** Of `plan.json`, which is read again when a run is taken up: raised whenever a plan means something else than before. */
export const planSchemaVersion = 1;

const policyLevel = oneOf('none', 'l3l4', 'l7');
const services = object({ rules: oneOf('iptables', 'nftables', 'cluster'), count: number });
const hubble = oneOf('as-found', 'off');

const setting: Shape<Setting> = objectWith(
  {},
  { wire: oneOf('direct', 'vxlan'), policy: policyLevel, services, hubble },
);

const variant = objectWith(
  { id: text, label: text, setting, loads: list(loadShape) },
  { baseline: text, beside: text, point: object({ series: text, axis: text, x: number }) },
);

const request: Shape<HttpRequest> = object({ method: text, path: text, headers: map(text) });

/** Part of a file's name. */
const sampleId: Shape<string> = {
  problem: (value, where) =>
    typeof value === 'string' && isSafeName(value) ? null : `${where} is not a name that a sample can have`,
};

const policy: Shape<PolicyUnderTest> = objectWith(
  {
    file: text,
    name: text,
    namespace: nullable(text),
    kind: oneOf('CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy', 'NetworkPolicy'),
    direction: oneOf('ingress', 'egress'),
    port: number,
    http: list(objectWith({}, { method: text, path: text, host: text, headers: list(text) })),
    textHash: text,
    line: number,
  },
  { otherPorts: list(text), namedPort: text, anyPort: flag },
);

/** A policy of one namespace and nothing else: whatever a plan has been made into, no other object is sent to a cluster. */
const policyObject: Shape<KubeObject> = object({
  apiVersion: oneOf('cilium.io/v2', 'networking.k8s.io/v1'),
  kind: oneOf('CiliumNetworkPolicy', 'NetworkPolicy'),
  metadata: object({ name: text }),
});

const probe = taggedBy('kind', {
  http: objectWith(
    {
      kind: exactly('http'),
      from: oneOf('client', 'other-client'),
      request,
      expect: either(number, exactly('blocked')),
    },
    { to: exactly('decoy') },
  ),
  services: object({ kind: exactly('services') }),
  hubble: object({ kind: exactly('hubble'), expect: hubble }),
});

const change = taggedBy('what', {
  wire: object({ what: exactly('wire'), to: oneOf('direct', 'vxlan') }),
  policy: object({ what: exactly('policy'), to: policyLevel }),
  services: object({ what: exactly('services'), to: nullable(services) }),
  hubble: object({ what: exactly('hubble'), to: hubble }),
});

const step = taggedBy('kind', {
  change: object({ kind: exactly('change'), change, seconds: number }),
  probe: object({ kind: exactly('probe'), probe, timeoutSeconds: number, seconds: number }),
  sample: object({
    kind: exactly('sample'),
    sample: object({
      id: sampleId,
      variant: text,
      block: number,
      repeat: number,
      load: loadShape,
      seconds: number,
      discard: flag,
    }),
    seconds: number,
  }),
});

const plan: Shape<Plan> = objectWith(
  {
    scenario: object({ id: text, title: text, question: text }),
    profile: objectWith(
      {
        id: oneOf('quick', 'standard', 'thorough'),
        rounds: number,
        secondsPerLoad: number,
        warmupSeconds: number,
      },
      {
        askedSeconds: number,
        until: object({ percent: number, budgetSeconds: number }),
        order: exactly('abba'),
      },
    ),
    parameters: map(text),
    seed: number,
    variants: list(variant),
    request,
    policy: nullable(policy),
    steps: list(step),
    seconds: number,
    notMeasured: list(object({ what: text, reason: text })),
    metrics: list(oneOf(...metricNames)),
  },
  {
    policyObjects: objectWith(
      {
        l3l4: list(policyObject),
        l7: list(policyObject),
        mapped: list(text),
        admitsOthers: flag,
      },
      { decoy: object({ role: oneOf('server', 'decoy'), port: number }) },
    ),
  },
);

/** Reads the text of a `plan.json`. The reason of a refusal is the rest of a sentence that begins with the file's name. */
export function parsePlan(json: string): Parsed<Plan> {
  const version = versionOf(json);
  if (version === planSchemaVersion) return parseAs(plan, json);
  const parsed = parseAs(object({}), json);
  if (!parsed.ok) return parsed;
  return {
    ok: false,
    reason:
      typeof version === 'number'
        ? `has schema version ${version}, and this one reads ${planSchemaVersion}`
        : 'is not a plan that this version can go on with',
  };
}
