import { differingTargetFacts, machineDiffers } from '../../comparison/facts';
import { isSameLoad, logsByBlock } from '../../comparison/levels';
import { crossingOf, leadsOf, type Crossing, type Lead, type RunCurve } from '../../crossing';
import { metrics } from '../../metrics';
import type { Fact, Run } from '../../run';
import type {
  AdviceRule,
  AskedServices,
  Basis,
  Advised,
  RulesAdvice,
  ServiceRules,
  Situation,
} from '../advice';
import { confidenceOf, limitsOfRun, type Limit } from '../confidence';
import { usableRuns } from '../usable';

const metric = 'rps';

interface NamedCurve extends RunCurve {
  readonly rules: ServiceRules;
}

const ownRules = ['iptables', 'nftables', 'ipvs'] as const;

function rulesNamed(rules: Fact | undefined, replacedBy: Fact | undefined): ServiceRules | null {
  if (rules === 'replaced') return replacedBy === 'Cilium' ? 'cilium' : 'replaced';
  return ownRules.find((own) => own === rules) ?? null;
}

/** What served Services while a run was made; null where it does not say. */
function rulesOf({ target: { fingerprint } }: Run): ServiceRules | null {
  return rulesNamed(fingerprint['kubeProxy'], fingerprint['kubeProxyReplacedBy']);
}

/** The curves of a run; the lab has several, a cluster that of what it serves Services with. */
function curvesOf(run: Run): readonly NamedCurve[] {
  const series = [...new Set(run.variants.flatMap(({ point }) => point?.series ?? []))];
  return series.flatMap((name) => {
    const rules = name === 'iptables' || name === 'nftables' ? name : rulesOf(run);
    return rules === null ? [] : [{ run, series: name, rules }];
  });
}

/** Facts that go with the way of serving Services: they differ because it does. */
const goesWithRules = /^(?:kubeProxy|cilium|network|services$|serviceBackends$|target$)/i;

/** Two curves to hold beside each other: of the newest run that has both, else of the newest and an older one like it. */
function twoCurves(
  usable: readonly Run[],
):
  | { readonly curves: readonly [NamedCurve, NamedCurve] }
  | { readonly alone: NamedCurve; readonly differs: readonly string[] }
  | null {
  const [newest, ...older] = usable;
  if (!newest) return null;
  const [one, two] = curvesOf(newest);
  if (one && two) return { curves: [one, two] };
  if (!one) return null;
  const sameLoad = (other: Run): boolean =>
    one.run.variants.every(({ point, metrics }) => {
      const theirs = other.variants.find((variant) => variant.point && variant.point.x === point?.x);
      return !theirs || isSameLoad(metrics[metric]?.load, theirs.metrics[metric]?.load);
    });
  const others = older.flatMap(curvesOf).filter(({ rules, run }) => rules !== one.rules && sameLoad(run));
  const alike = others.find(({ run }) => machineDiffers(newest, run) !== true);
  if (alike) return { curves: [alike, one] };
  const [other] = others;
  const differs = other
    ? differingTargetFacts([newest, other.run]).flatMap(({ kind, name }) =>
        kind === 'machine' ? [name] : [],
      )
    : [];
  return { alone: one, differs };
}

/** What speaks against curves that were measured in two runs. */
function limitsOfTwo(one: Run, other: Run): readonly Limit[] {
  if (one.id === other.id) return [];
  const differs = differingTargetFacts([one, other]).some(({ name }) => !goesWithRules.test(name));
  return [
    'two-runs',
    ...(machineDiffers(one, other) === null ? (['machines-unknown'] as const) : []),
    ...(differs ? (['other-facts-differ'] as const) : []),
  ];
}

function basisOf(lead: Lead, curves: readonly [NamedCurve, NamedCurve]): readonly Basis[] {
  return lead.variants.flatMap((variant, at): Basis[] => {
    const summary = variant.metrics[metric];
    const curve = curves[at];
    if (!summary || !curve) return [];
    const { run, rules } = curve;
    return [
      {
        from: 'run',
        run: run.id,
        metric,
        variant: variant.id,
        label: variant.label,
        servedBy: rules,
        value: summary.mean,
        unit: summary.unit,
        interval: summary.ci95,
        n: logsByBlock(run, variant, metric).size,
      },
    ];
  });
}

function inUse({ facts, runs }: Situation): ServiceRules | null {
  const proxy = facts?.kubeProxy;
  if (proxy?.known) return rulesNamed(proxy.value.rules, proxy.value.replacedBy);
  const [newest] = runs;
  return newest ? rulesOf(newest) : null;
}

/** Of how many Services it is asked: those planned, else those of now. */
function askedOf(
  { planned, facts, runs }: Situation,
  measured: readonly [number, number],
): AskedServices | null {
  const past = (services: number): boolean => services < measured[0] || services > measured[1];
  if (planned.services !== undefined)
    return { services: planned.services, from: 'planned', isPastRange: past(planned.services) };
  const counted = facts?.headroom.services;
  const told = runs[0]?.target.fingerprint['services'];
  const services = counted?.known ? counted.value : typeof told === 'number' ? told : null;
  return services === null ? null : { services, from: 'now', isPastRange: past(services) };
}

function stanceOf(
  outcome: RulesAdvice['outcome'],
  asked: AskedServices | null,
  rules: ServiceRules | null,
): RulesAdvice['stance'] {
  const pair =
    outcome.kind === 'crossing' ? [outcome.before, outcome.after] : [outcome.ahead, outcome.behind];
  if (asked === null || rules === null || !pair.includes(rules)) return null;
  const { services } = asked;
  if (outcome.kind === 'ahead') {
    if (services < outcome.from) return 'either';
    return outcome.ahead === rules ? 'keep' : 'switch';
  }
  const [low, high] = outcome.interval;
  const isBefore = low !== null && services < low;
  const isAfter = high !== null && services > high;
  if (!isBefore && !isAfter) return 'either';
  return (isBefore ? outcome.before : outcome.after) === rules ? 'keep' : 'switch';
}

function adviceOf(
  situation: Situation,
  curves: readonly [NamedCurve, NamedCurve],
  leads: readonly Lead[],
  crossing: Exclude<Crossing, { kind: 'none' }>,
): Advised {
  const [first, second] = curves;
  const measured = [leads[0]?.x ?? 0, leads.at(-1)?.x ?? 0] as const;
  const sided = (isFirst: boolean): readonly [ServiceRules, ServiceRules] =>
    isFirst ? [first.rules, second.rules] : [second.rules, first.rules];
  const [before, after] = sided(
    crossing.kind === 'crossing' ? crossing.isFirstAheadBefore : crossing.isFirstAhead,
  );
  const outcome: RulesAdvice['outcome'] =
    crossing.kind === 'crossing'
      ? { kind: 'crossing', at: crossing.at, interval: crossing.interval, before, after }
      : { kind: 'ahead', ahead: before, behind: after, from: crossing.from.x };
  const asked = askedOf(situation, measured);
  const rules = inUse(situation);
  const deciding = crossing.kind === 'crossing' ? crossing.between : [crossing.from, crossing.to];
  const basis = [...new Set(deciding)].flatMap((lead) => basisOf(lead, curves));
  const rounds = Math.min(...basis.flatMap((figure) => (figure.from === 'run' ? [figure.n] : [])));
  const isOpen = crossing.kind === 'crossing' && crossing.interval.includes(null);
  const hasNoise = [first.run, second.run].some(({ effects }) =>
    effects.some((effect) => effect.metric === metric && effect.noisePercent !== null),
  );
  return {
    code: 'service-rules',
    what: {
      code: 'service-rules',
      metric,
      measured,
      outcome,
      inUse: rules,
      asked,
      stance: stanceOf(outcome, asked, rules),
    },
    confidence: confidenceOf([
      ...limitsOfRun(first.run, rounds),
      ...limitsOfRun(second.run, rounds),
      ...limitsOfTwo(first.run, second.run),
      ...(hasNoise ? [] : (['noise-unknown'] as const)),
      ...(isOpen ? (['open-interval'] as const) : []),
      ...(asked?.isPastRange === true ? (['past-range'] as const) : []),
    ]),
    basis,
    wouldChange: [
      { kind: 'kept-connections' },
      ...(isOpen || asked?.isPastRange === true
        ? [{ kind: 'wider-range' as const, to: Math.max(asked?.services ?? 0, measured[1]) }]
        : []),
      ...(crossing.kind === 'crossing' ? [{ kind: 'services-cross' as const, at: crossing.at }] : []),
      ...(first.run.target.kind === 'lab' ? [{ kind: 'on-a-cluster' as const }] : []),
    ],
  };
}

/** The number of Services at which the curves of two ways of serving them cross, and whether to keep the one in use. */
export const serviceRules: AdviceRule = {
  code: 'service-rules',
  runsOn: ['lab', 'kube'],
  advise(situation) {
    const refuse = (refusal: Extract<Advised, { refusal: unknown }>['refusal']): Advised => ({
      code: 'service-rules',
      refusal,
    });
    const { usable, refusal } = usableRuns(situation, ['service-scale']);
    const [newest] = usable;
    if (!newest) return refuse(refusal);
    const found = twoCurves(usable);
    if (found === null) return refuse({ kind: 'not-known', what: 'service-rules', because: null });
    if ('alone' in found) {
      return refuse(
        found.differs.length > 0
          ? { kind: 'differ-otherwise', runs: [newest.id], facts: found.differs }
          : { kind: 'one-curve', run: newest.id, rules: found.alone.rules },
      );
    }
    const leads = leadsOf(found.curves[0], found.curves[1], metric);
    const crossing = crossingOf(leads, metrics[metric].better);
    if (crossing.kind === 'none') {
      const runs = [...new Set(found.curves.map(({ run }) => run.id))];
      return refuse({ kind: 'not-told-apart', runs, turns: crossing.turns });
    }
    return adviceOf(situation, found.curves, leads, crossing);
  },
};
