import type { ValueComparison } from '../../comparison/comparison';
import { differingTargetFacts, machineDiffers } from '../../comparison/facts';
import { compareScenario } from '../../comparison/scenarioComparison';
import type { Effect, Run } from '../../run';
import type { Advice, Advised, AdviceRule, Basis, RoutingAdvice, Situation } from '../advice';
import { confidenceOf, type Limit } from '../confidence';
import { basisOfEffect, decidedOf, largest, limitsOfEffect } from '../effects';
import { textTold } from '../facts';
import { usableRuns } from '../usable';

/** What tells native routing and an overlay apart: bits, requests, and the time of a round trip. */
const scenarios = ['throughput', 'latency', 'rps'];

/** Facts that follow from the routing: they differ because it does. */
const goesWithRouting =
  /^(?:ciliumRouting|ciliumTunnelProtocol|ciliumConfigHash|ciliumIpam|mtu|services|serviceBackends|target|clientNode|serverNode|cilium-config (?:routing-mode|tunnel|auto-direct|ipv[46]-native|ipam|mtu).*)$/;

/** Effects of an overlay against native routing, with the run that says so. */
interface Evidence {
  readonly run: Run;
  readonly effects: readonly Effect[];
  readonly basis: (effect: Effect) => readonly Basis[];
  readonly limits: readonly Limit[];
  readonly of: RoutingAdvice['of'];
}

/** A variant on VXLAN against one that is routed directly, as the lab has them. */
const isOverlayEffect = ({ variant, baseline }: Effect): boolean =>
  /(?:^|-)vxlan(?:-|$)/.test(variant) && /(?:^|-)direct(?:-|$)/.test(baseline);

function ofOneRun(run: Run): Evidence {
  return {
    run,
    effects: run.effects.filter(isOverlayEffect),
    basis: (effect) => basisOfEffect(run, effect),
    limits: [],
    of: 'one-run',
  };
}

function routingOf({ target: { fingerprint } }: Run): 'native' | 'overlay' | null {
  const routing = fingerprint['ciliumRouting'];
  return routing === 'native' ? 'native' : routing === 'tunnel' ? 'overlay' : null;
}

/** A run with an overlay held against one with native routing. */
function asEffect(
  native: Run,
  { variant, metric, percent, ci95, verdict, ...rest }: ValueComparison,
): Effect {
  return {
    metric,
    variant,
    baseline: native.id,
    percent,
    ci95,
    verdict: verdict ?? 'not-measured',
    noisePercent: rest.noise.percent,
    n: Math.min(rest.baseline.n, rest.other.n),
    ...(rest.roundsNeeded === undefined ? {} : { roundsNeeded: rest.roundsNeeded }),
  };
}

function ofTwoRuns(native: Run, overlay: Run): Evidence {
  const placed = [
    { run: native, place: 0 },
    { run: overlay, place: 1 },
  ] as const;
  const compared = compareScenario(placed, [], undefined);
  const differs = differingTargetFacts([native, overlay]).some(({ name }) => !goesWithRouting.test(name));
  return {
    run: overlay,
    effects: compared.values.map((value) => asEffect(native, value)),
    basis: (effect) =>
      basisOfEffect(overlay, effect).map((figure) => ({
        ...figure,
        against: `native routing, run ${native.id}`,
      })),
    limits: [
      'two-runs',
      ...(machineDiffers(native, overlay) === null ? (['machines-unknown'] as const) : []),
      ...(differs ? (['other-facts-differ'] as const) : []),
    ],
    of: 'two-runs',
  };
}

/** The newest of a scenario that tells the two apart, or the machines that stand between two that might. */
function evidenceOf(
  usable: readonly Run[],
  scenario: string,
): Evidence | { readonly facts: readonly string[] } | null {
  const own = usable.filter((run) => run.scenario === scenario);
  const one = own.find(({ effects }) => effects.some(isOverlayEffect));
  if (one) return ofOneRun(one);
  const complete = own.filter(({ state }) => state === 'complete');
  const native = complete.find((run) => routingOf(run) === 'native');
  const overlay = complete.find((run) => routingOf(run) === 'overlay');
  if (!native || !overlay) return null;
  if (machineDiffers(native, overlay) !== true) return ofTwoRuns(native, overlay);
  const machine = differingTargetFacts([native, overlay]).filter(({ kind }) => kind === 'machine');
  return { facts: machine.map(({ name }) => name) };
}

function inUse(situation: Situation): RoutingAdvice['inUse'] {
  const routing = textTold(situation, 'ciliumRouting', situation.facts?.cilium?.routing);
  return routing === 'native' ? 'native' : routing === 'tunnel' ? 'overlay' : null;
}

/** Native routing or an overlay, by what an overlay was measured to cost. */
export const routing: AdviceRule = {
  code: 'routing',
  runsOn: ['lab', 'kube'],
  advise(situation): Advised {
    const { usable, refusal } = usableRuns(situation, scenarios);
    const found = scenarios.flatMap((scenario) => evidenceOf(usable, scenario) ?? []);
    const told = found.flatMap((one) => ('effects' in one && one.effects.length > 0 ? [one] : []));
    const [blocked] = found.flatMap((one) => ('facts' in one ? [one.facts] : []));
    if (told.length === 0) {
      if (blocked) {
        const runs = usable.map(({ id }) => id);
        return { code: 'routing', refusal: { kind: 'differ-otherwise', runs, facts: blocked } };
      }
      const [newest] = usable;
      return newest
        ? { code: 'routing', refusal: { kind: 'one-routing', run: newest.id, routing: routingOf(newest) } }
        : { code: 'routing', refusal };
    }
    const decided = told.flatMap((evidence) => {
      const outcome = decidedOf(evidence.run, evidence.effects);
      return outcome && 'decided' in outcome ? outcome.decided.map((effect) => ({ effect, evidence })) : [];
    });
    const effects = decided.map(({ effect }) => effect);
    const [good, bad] = [
      largest(effects.filter(({ verdict }) => verdict === 'better')),
      largest(effects.filter(({ verdict }) => verdict === 'worse')),
    ];
    const [first] = told;
    const deciding = decided.find(({ effect }) => effect === (bad ?? good));
    if (!deciding) {
      const open = first && decidedOf(first.run, first.effects);
      return { code: 'routing', refusal: open && 'refusal' in open ? open.refusal : refusal };
    }
    if (good && bad) {
      const run = deciding.evidence.run.id;
      return { code: 'routing', refusal: { kind: 'split', run, better: good, worse: bad } };
    }
    const { evidence, effect } = deciding;
    const what: Advice['what'] = {
      code: 'routing',
      better: bad ? 'native' : 'overlay',
      inUse: inUse(situation),
      of: evidence.of,
    };
    return {
      code: 'routing',
      what,
      confidence: confidenceOf([...limitsOfEffect(evidence.run, effect), ...evidence.limits]),
      basis: decided.flatMap((one) => one.evidence.basis(one.effect)),
      wouldChange: [
        { kind: 'other-network' },
        ...(evidence.run.target.kind === 'lab' ? [{ kind: 'on-a-cluster' as const }] : []),
        { kind: 'more-rounds' },
      ],
    };
  },
};
