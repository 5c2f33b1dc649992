/** What of the scenarios can be measured on a target, before one is chosen. */
import { fillParameters } from '../scenario/parameters';
import { scenarios } from '../scenario/registry';
import type { Capability, Scenario, TargetKind, Variant } from '../scenario/scenario';
import type { TargetCapabilities } from '../target';
import { consentNames, type Consent } from './consents';
import { measurable, variantNeeds } from './needs';

/** One scenario on one target. */
export interface Offer {
  readonly scenario: string;
  readonly title: string;
  readonly question: string;
  /** `partly`: some of its variants cannot be measured, and the question is answered without them. */
  readonly extent: 'whole' | 'partly' | 'none';
  /** What is left out and why, a clause each; empty where all can be measured. */
  readonly reasons: readonly string[];
  /** What is asked for before the run. */
  readonly asks: readonly Consent[];
}

export const everyConsent: ReadonlySet<Consent> = new Set(consentNames);

/** What a person is asked for where a variant needs it. */
const consentOf: Readonly<Partial<Record<Capability, Consent>>> = {
  'host-network': 'host-network',
  'hubble-off': 'agent-restart',
  'bpf-maps': 'agent-exec',
};

/** What a variant is measured without as well, only with less known: thousands of Services are calibrated by the maps. */
function variantWishes({ setting }: Variant): readonly Capability[] {
  return setting.services?.rules === 'cluster' ? ['bpf-maps'] : [];
}

const asksOf = (scenario: Scenario, on: TargetKind): ReadonlySet<Capability> =>
  new Set(
    scenario
      .variants(fillParameters(scenario, {}), on)
      .flatMap((variant) => [...variantNeeds(variant), ...variantWishes(variant)]),
  );

/**
 * Consents without which less of the scenario is measured.
 * @param able what the target can do where everything is agreed to: what it cannot even then is not asked for.
 */
export function consentsThatMatter(
  scenario: Scenario,
  on: TargetKind,
  able: Pick<TargetCapabilities, 'can'>,
): readonly Consent[] {
  const needed = [...asksOf(scenario, on)].filter((capability) => able.can.has(capability));
  return needed.flatMap((capability) => consentOf[capability] ?? []);
}

function offer(scenario: Scenario, on: TargetKind, able: TargetCapabilities): Offer {
  const { id, title, question } = scenario;
  const all = scenario.variants(fillParameters(scenario, {}), on);
  const { variants, notMeasured } = measurable(all, able);
  // A figure that the target never tells is said in the plan; the question is answered without it.
  const isWhole = variants.length === all.length;
  const kept = new Set(variants.map((variant) => variant.id));
  const compared = variants.filter(({ baseline }) => baseline !== undefined && kept.has(baseline));
  const compares = all.some(({ baseline }) => baseline !== undefined);
  const isNothing = variants.length === 0 || (compares && compared.length === 0);
  const clauses = isNothing
    ? notMeasured.map(({ reason }) => reason)
    : notMeasured.map(({ what, reason }) => `${what}: ${reason}`);
  return {
    scenario: id,
    title,
    question,
    extent: isNothing ? 'none' : isWhole ? 'whole' : 'partly',
    reasons: [...new Set(clauses)],
    asks: isNothing ? [] : consentsThatMatter(scenario, on, able),
  };
}

/**
 * Every scenario that is about such targets, in the order in which they are offered.
 * @param able what the target can do where everything is agreed to.
 */
export function offersOn(on: TargetKind, able: TargetCapabilities): readonly Offer[] {
  return scenarios.filter(({ runsOn }) => runsOn.includes(on)).map((scenario) => offer(scenario, on, able));
}
