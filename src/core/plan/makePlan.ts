import type { PolicyUnderTest } from '../policy/policyUnderTest';
import { Problem } from '../problem';
import { comparesSomething } from '../result/precision';
import type { NotMeasured } from '../result/run';
import { steadySamples } from '../result/steady';
import { fillParameters } from '../scenario/parameters';
import type { Load, Scenario, Setting, TargetKind, Variant } from '../scenario/scenario';
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
import { probeAgain, probesAfter, refusedProbe } from './policyProbes';
import { profileOn } from './profiles';
import { seededNumbers, shuffled } from './shuffle';

/** A policy and the two requests that show whether it is in force. */
export interface PolicyChoice {
  readonly policy: PolicyUnderTest;
  /** A request that its HTTP rules allow, any where it has none: the one that is measured. */
  readonly allowed: HttpRequest;
  /** A request that they refuse; null when they refuse none, or there are none. */
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

/** @param warmUps of the variant before the first round. */
function samplePlans({ variant, block, repeat }: Visit, profile: Profile, warmUps: number): SamplePlan[] {
  const warmup = block === 0;
  const sampleOf = (load: Load, again: number): SamplePlan => ({
    id: `b${block}-${variant.id}-${load.id}-${again}`,
    variant: variant.id,
    block,
    repeat: again,
    load,
    seconds: warmup ? profile.warmupSeconds : profile.secondsPerLoad,
    discard: warmup,
  });
  if (!warmup) return variant.loads.map((load) => sampleOf(load, repeat));
  // One load is enough to warm a variant up; the others would only take time. Where nothing is sent nothing warms up.
  const [load] = variant.loads;
  if (!load) return [];
  const count = load.kind === 'idle' || load.kind === 'bpf-maps' ? 1 : warmUps;
  return Array.from({ length: count }, (_, place) => sampleOf(load, place + 1));
}

/**
 * Up in odd blocks and down in even ones, each baseline twice in a row: ABBA over two blocks, in which a steady drift cancels, and
 * the fewest changes of setting.
 */
function mirroredVisits(variants: readonly Variant[], rounds: number, warmedUp: readonly Variant[]): Visit[] {
  const baselines = new Set(variants.map((variant) => variant.baseline));
  const blocks = Array.from({ length: rounds }, (_, index) => {
    const block = index + 1;
    const up = variants.flatMap((variant) =>
      (baselines.has(variant.id) ? [1, 2] : [1]).map((repeat) => ({ variant, block, repeat })),
    );
    return block % 2 === 1 ? up : up.reverse();
  });
  return [...warmedUp.map((variant) => ({ variant, block: 0, repeat: 1 })), ...blocks.flat()];
}

/**
 * Every variant once a block, every baseline twice (its A/A pair), in an order drawn anew for each block. Drawn block after block:
 * the same seed gives a block the same order however many follow.
 */
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

function visitsOf(
  variants: readonly Variant[],
  order: 'ramp' | 'shuffled' | undefined,
  profile: Profile,
  seed: number,
): Visit[] {
  // Settings of a ramp are dear to change: its first variant warms up for all.
  if (order === 'ramp') return mirroredVisits(variants, profile.rounds, variants.slice(0, 1));
  if (profile.order === 'abba') return mirroredVisits(variants, profile.rounds, variants);
  return shuffledVisits(variants, profile.rounds, seed);
}

/** Throws a usage {@link Problem} where intervals cannot become narrow, or not a single round fits into the budget. */
function refuseEndless(
  { id }: Scenario,
  variants: readonly Variant[],
  { until }: Profile,
  steps: readonly Step[],
): void {
  if (!until) return;
  if (!comparesSomething(variants)) {
    throw new Problem(
      'usage',
      `${id} compares nothing here, so that there is no interval to become narrow.`,
      'Leave --until-precision out.',
    );
  }
  const second = steps.findIndex((step) => step.kind === 'sample' && step.sample.block > 1);
  const first = second < 0 ? steps : steps.slice(0, second);
  const seconds = Math.ceil(first.reduce((sum, step) => sum + step.seconds, 0));
  if (seconds <= until.budgetSeconds) return;
  throw new Problem(
    'usage',
    `A budget of ${until.budgetSeconds} s is shorter than a round of ${id} with its warm-up, ${seconds} s.`,
    `Give more, such as --budget ${Math.ceil(seconds / 60) * 10}m.`,
  );
}

/** What puts the policy in force on a cluster. Throws what mapping a manifest throws. */
function objectsOf(
  scenario: Scenario,
  { policy, manifest }: PolicyChoice,
  { policyKind = 'NetworkPolicy' }: TargetCapabilities,
): PolicyObjects {
  if (scenario.usesManifest !== true) return benchPolicies(policy, policyKind);
  if (policyKind === 'NetworkPolicy' && policy.kind !== 'NetworkPolicy') {
    const made = benchPolicies(policy, policyKind);
    return {
      ...made,
      mapped: [
        'NetworkPolicies alone are enforced here: one of its measured rule’s peers and port stands for it.',
        ...made.mapped,
      ],
    };
  }
  if (!manifest) {
    throw new Problem(
      'usage',
      `${policy.name} has templates, so that what it says as written is not known.`,
      'Render it first (helm template, kustomize build), or run policy-overhead, which takes the measured rules alone.',
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
  const { variants, notMeasured } = measurable(
    scenario.variants(parameters, on, policy?.policy),
    choices.target,
  );
  // Against no policy alone nothing is compared, and the question is about the policy.
  if (variants.length === 0 || (policy && variants.every(({ setting }) => setting.policy === 'none'))) {
    const reasons = [...new Set(notMeasured.map(({ reason }) => reason))].join('; ');
    throw new Problem(
      'target',
      `Nothing of ${scenario.id} can be measured on this target: ${reasons}.`,
      'Choose another target or scenario.',
    );
  }

  const policyObjects = policy && on === 'kube' ? objectsOf(scenario, policy, choices.target) : null;
  const probes = policy && { choice: policy, refused: policyObjects ?? { admitsOthers: false } };
  const steps: Step[] = [];
  let setting = initialSetting;
  for (const visit of visitsOf(variants, scenario.order?.[on], profile, seed)) {
    const wanted = { ...initialSetting, ...visit.variant.setting };
    for (const change of changesBetween(setting, wanted)) {
      steps.push({ kind: 'change', change, seconds: changeSeconds(change, on) });
      steps.push(...probesAfter(change, probes).map((probe) => probeStep(probe, on)));
    }
    setting = wanted;
    // On a cluster each sample is a pod: there the first variant warms up what all share, until that is steady.
    const warmUps = on === 'lab' || visit.variant === variants[0] ? steadySamples : 1;
    for (const sample of samplePlans(visit, profile, warmUps)) {
      steps.push({ kind: 'sample', sample, seconds: sampleSeconds(sample.seconds, on) });
      const again = sample.discard ? null : probeAgain(wanted.policy, probes);
      if (again) steps.push(probeStep(again, on));
    }
  }

  refuseEndless(scenario, variants, profile, steps);
  const seconds = steps.reduce((sum, step) => sum + step.seconds, 0);

  const unseen =
    probes?.choice.policy.http.length === 0 && refusedProbe(probes, 'blocked') === null
      ? [
          {
            what: 'a connection that is dropped',
            reason: `${probes.choice.policy.name} drops none of the bench’s, so that it is in force is not seen`,
          },
        ]
      : [];
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
    seconds: Math.min(seconds, profile.until?.budgetSeconds ?? Infinity),
    notMeasured: [...notMeasured, ...(policy?.notMeasured ?? []), ...unseen],
    metrics: [...new Set(variants.flatMap((variant) => variant.loads.flatMap((load) => load.metrics)))],
  };
}
