import type { PolicyUnderTest } from '../policy/policyUnderTest';
import { Problem } from '../problem';
import type { NotMeasured } from '../result/run';
import { fillParameters } from '../scenario/parameters';
import type { Scenario, Setting, TargetKind, Variant } from '../scenario/scenario';
import type { TargetCapabilities } from '../target';
import { benchPolicies } from './benchPolicies';
import { changeSeconds, probeSeconds, sampleSeconds } from './expectedSeconds';
import { measurable } from './needs';
import { mapToBench } from './mapToBench';
import type {
  Change,
  HttpRequest,
  KubeObject,
  Plan,
  PolicyObjects,
  Probe,
  Profile,
  SamplePlan,
  Step,
} from './plan';
import { profileOn } from './profiles';
import { seededNumbers, shuffled } from './shuffle';

/** A policy and the two requests that show whether it is in force. */
export interface PolicyChoice {
  readonly policy: PolicyUnderTest;
  /** A request that its HTTP rules allow: the one that is measured. */
  readonly allowed: HttpRequest;
  /** A request that they refuse; null when they refuse none. */
  readonly denied: HttpRequest | null;
  /** What of the policy a run leaves out, with the reason. */
  readonly notMeasured?: readonly NotMeasured[];
  /** The policy's own object as JSON, anchors and merges resolved; null where templates leave it open. */
  readonly manifest?: KubeObject | null;
}

export interface PlanChoices {
  readonly profile: Profile;
  /** Parameters as given; the scenario's defaults fill the rest. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly policy: PolicyChoice | null;
  readonly on: TargetKind;
  readonly target: TargetCapabilities;
  /** Any 32-bit number. The same seed gives the same order. */
  readonly seed: number;
}

const plainRequest: HttpRequest = { method: 'GET', path: '/echo', headers: {} };
const initialSetting: Required<Pick<Setting, 'wire' | 'policy' | 'hubble'>> & {
  services: Setting['services'] | null;
} = {
  wire: 'direct',
  policy: 'none',
  services: null,
  hubble: 'as-found',
};

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function changesBetween(from: typeof initialSetting, to: typeof initialSetting): Change[] {
  const changes: Change[] = [];
  if (from.wire !== to.wire) changes.push({ what: 'wire', to: to.wire });
  if (!isSame(from.services, to.services)) changes.push({ what: 'services', to: to.services ?? null });
  if (from.policy !== to.policy) changes.push({ what: 'policy', to: to.policy });
  if (from.hubble !== to.hubble) changes.push({ what: 'hubble', to: to.hubble });
  return changes;
}

/** What shows that a change is in force, or that the policy before it is gone. */
function probesAfter(change: Change, policy: PolicyChoice | null, admitsOthers: boolean): Probe[] {
  if (change.what === 'services') return change.to ? [{ kind: 'services' }] : [];
  if (change.what === 'hubble') return [{ kind: 'hubble', expect: change.to }];
  if (change.what !== 'policy' || !policy) return [];
  const { allowed, denied } = policy;
  const client = (request: HttpRequest, expect: number): Probe => ({
    kind: 'http',
    from: 'client',
    request,
    expect,
  });
  const stranger = (expect: number | 'blocked'): Probe => ({
    kind: 'http',
    from: 'other-client',
    request: allowed,
    expect,
  });
  switch (change.to) {
    case 'none':
      return [client(denied ?? allowed, 200), stranger(200)];
    case 'l3l4':
      return [client(denied ?? allowed, 200), stranger(admitsOthers ? 200 : 'blocked')];
    case 'l7':
      return [
        client(allowed, 200),
        ...(denied ? [client(denied, 403)] : []),
        stranger(admitsOthers ? 200 : 'blocked'),
      ];
  }
}

const probeTimeoutSeconds: Readonly<Record<Probe['kind'], number>> = { http: 10, services: 300, hubble: 180 };

function probeStep(probe: Probe, on: TargetKind): Step {
  return {
    kind: 'probe',
    probe,
    timeoutSeconds: probeTimeoutSeconds[probe.kind],
    seconds: probeSeconds(probe, on),
  };
}

/** One visit to a variant within a block. */
interface Visit {
  readonly variant: Variant;
  readonly block: number;
  readonly repeat: number;
}

function samplePlans({ variant, block, repeat }: Visit, profile: Profile): SamplePlan[] {
  const warmup = block === 0;
  // One load is enough to warm a variant up; the others would only take time.
  const loads = warmup ? variant.loads.slice(0, 1) : variant.loads;
  return loads.map((load) => ({
    id: `b${block}-${variant.id}-${load.id}-${repeat}`,
    variant: variant.id,
    block,
    repeat,
    load,
    seconds: warmup ? profile.warmupSeconds : profile.secondsPerLoad,
    discard: warmup,
  }));
}

/** Up in odd blocks and down in even ones, each baseline twice in a row. One variant is warmed up: the first. */
function rampVisits(variants: readonly Variant[], rounds: number): Visit[] {
  const baselines = new Set(variants.map((variant) => variant.baseline));
  const blocks = Array.from({ length: rounds }, (_, index) => {
    const block = index + 1;
    const up = variants.flatMap((variant) =>
      (baselines.has(variant.id) ? [1, 2] : [1]).map((repeat) => ({ variant, block, repeat })),
    );
    return block % 2 === 1 ? up : up.reverse();
  });
  return [...variants.slice(0, 1).map((variant) => ({ variant, block: 0, repeat: 1 })), ...blocks.flat()];
}

/** Every variant once a block, every baseline twice (its A/A pair), in an order drawn anew for each block. */
function shuffledVisits(variants: readonly Variant[], rounds: number, seed: number): Visit[] {
  const random = seededNumbers(seed);
  const baselines = new Set(variants.map((variant) => variant.baseline));
  const warmup = variants.map((variant) => ({ variant, block: 0, repeat: 1 }));
  const blocks = Array.from({ length: rounds }, (_, index) => {
    const block = index + 1;
    const once = variants.map((variant) => ({ variant, block, repeat: 1 }));
    const again = variants
      .filter((variant) => baselines.has(variant.id))
      .map((variant) => ({ variant, block, repeat: 2 }));
    return shuffled([...once, ...again], random);
  });
  return [...warmup, ...blocks.flat()];
}

/** What puts the policy in force on a cluster. Throws what mapping a manifest throws. */
function objectsOf(
  scenario: Scenario,
  { policy, manifest }: PolicyChoice,
  { policyKind = 'NetworkPolicy' }: TargetCapabilities,
): PolicyObjects {
  if (scenario.usesManifest !== true || policyKind === 'NetworkPolicy')
    return benchPolicies(policy, policyKind);
  if (!manifest) {
    throw new Problem(
      'usage',
      `${policy.name} has templates, so that what it says as written is not known.`,
      'Render it first (helm template, kustomize build), or run policy-overhead, which takes its HTTP rules.',
    );
  }
  return mapToBench(manifest, policy);
}

/**
 * Expands a scenario to ordered steps. Touches nothing.
 * Throws a usage {@link Problem} for parameters the scenario cannot take or a policy it lacks or cannot use, and a target
 * {@link Problem} when the target can measure none of its variants.
 */
export function makePlan(scenario: Scenario, choices: PlanChoices): Plan {
  const { policy, seed, on } = choices;
  if (!scenario.runsOn.includes(on)) {
    throw new Problem(
      'usage',
      `${scenario.id} cannot be measured ${on === 'lab' ? 'in the local lab: it is about a cluster' : 'on a cluster'}.`,
      on === 'lab'
        ? 'Name a kube context: --target kube --context NAME.'
        : 'Run it in the lab: --target lab.',
    );
  }
  const asked = profileOn(choices.profile, on);
  const least = asked.askedSeconds === undefined ? (scenario.leastSeconds ?? 0) : 0;
  const profile = { ...asked, secondsPerLoad: Math.max(asked.secondsPerLoad, least) };
  const parameters = fillParameters(scenario, choices.parameters);
  if (scenario.takesPolicy && !policy) {
    throw new Problem(
      'usage',
      `${scenario.id} measures a policy, and none was given.`,
      'Name its manifest with --policy FILE.',
    );
  }
  if (!scenario.takesPolicy && policy) {
    throw new Problem(
      'usage',
      `${scenario.id} does not measure a policy.`,
      'Leave --policy out, or run policy-overhead.',
    );
  }
  const { variants, notMeasured } = measurable(scenario.variants(parameters, on), choices.target);
  if (variants.length === 0) {
    const reasons = [...new Set(notMeasured.map(({ reason }) => reason))].join('; ');
    throw new Problem(
      'target',
      `Nothing of ${scenario.id} can be measured on this target: ${reasons}.`,
      'Choose another target or scenario.',
    );
  }

  const policyObjects = policy && on === 'kube' ? objectsOf(scenario, policy, choices.target) : null;
  const steps: Step[] = [];
  let setting = initialSetting;
  const visits =
    scenario.order?.[on] === 'ramp'
      ? rampVisits(variants, profile.rounds)
      : shuffledVisits(variants, profile.rounds, seed);
  for (const visit of visits) {
    const wanted = { ...initialSetting, ...visit.variant.setting };
    for (const change of changesBetween(setting, wanted)) {
      steps.push({ kind: 'change', change, seconds: changeSeconds(change, on) });
      steps.push(
        ...probesAfter(change, policy, policyObjects?.admitsOthers ?? false).map((probe) =>
          probeStep(probe, on),
        ),
      );
    }
    setting = wanted;
    for (const sample of samplePlans(visit, profile)) {
      steps.push({ kind: 'sample', sample, seconds: sampleSeconds(sample.seconds, on) });
      // Asked again afterwards: a policy that fell away under load would make the sample a lie.
      if (wanted.policy === 'l7' && policy?.denied && !sample.discard) {
        steps.push(probeStep({ kind: 'http', from: 'client', request: policy.denied, expect: 403 }, on));
      }
    }
  }

  return {
    scenario: { id: scenario.id, title: scenario.title, question: scenario.question },
    profile,
    parameters,
    seed,
    variants,
    request: policy?.allowed ?? plainRequest,
    policy: policy?.policy ?? null,
    ...(policyObjects ? { policyObjects } : {}),
    steps,
    seconds: steps.reduce((sum, step) => sum + step.seconds, 0),
    notMeasured: [...notMeasured, ...(policy?.notMeasured ?? [])],
    metrics: [...new Set(variants.flatMap((variant) => variant.loads.flatMap((load) => load.metrics)))],
  };
}
