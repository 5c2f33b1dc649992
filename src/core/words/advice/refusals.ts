import type { NotAdvised, Refusal, UnknownFact, Unusable } from '../../result/advice/advice';
import type { Run } from '../../result/run';
import { verdictWords } from '../effects';
import { changePhraseWithInterval, joined, metricNoun } from '../phrases';
import { rulesNames } from './names';

const unusableWords: Readonly<Record<Unusable, string>> = {
  cancelled: 'was cancelled',
  failed: 'failed',
  imported: 'was imported, not measured here',
  'one-round': 'has fewer than two rounds with a valid sample',
};

/** Most runs that are named as passed over. */
const mostRuns = 3;

/** Where advice is given; a context is named in the command that would measure it. */
export type AdvisedTarget = Pick<Run['target'], 'kind' | 'name'>;

function noRunWords(
  { scenarios, passedOver }: Extract<Refusal, { kind: 'no-run' }>,
  { kind, name }: AdvisedTarget,
): string {
  const [scenario = ''] = scenarios;
  // Where imported figures were taken is no context of this kubeconfig.
  const isContext = /^[\w.@/-]+$/.test(name) && passedOver.every(({ because }) => because !== 'imported');
  const where = kind === 'kube' ? ` --context ${isContext ? name : 'NAME'}` : '';
  const make = `Make one: cilium-bench run ${scenario}${where}.`;
  if (passedOver.length === 0)
    return `No run of ${joined(scenarios).replace(' and ', ' or ')} is kept of this target. ${make}`;
  const told = passedOver.slice(0, mostRuns).map(({ run, because }) => `${run} ${unusableWords[because]}`);
  const more = passedOver.length > mostRuns ? `, and ${passedOver.length - mostRuns} more` : '';
  return `No run can be stood on: ${told.join('; ')}${more}. ${make}`;
}

const unknownWords: Readonly<Record<UnknownFact, string>> = {
  services: 'How many Services are planned is not known. Say it with --services.',
  endpoints: 'How many endpoints a Service has is not known. Say it with --endpoints.',
  cilium: 'Cilium is not known to be here.',
  'service-addresses': 'The Service network is not known. Ask the cluster with --context.',
  'service-rules': 'The run does not say what served its Services.',
  policies: 'No policies were read. Name manifests with --policies.',
};

function refusalText(refusal: Refusal, target: AdvisedTarget): string {
  switch (refusal.kind) {
    case 'no-run':
      return noRunWords(refusal, target);
    case 'within-noise':
    case 'inconclusive':
    case 'not-measured': {
      const { run, label, effect } = refusal;
      return `The change in ${metricNoun(effect.metric)} of “${label}” is ${verdictWords(effect)} in run ${run}. Nothing is advised from that.`;
    }
    case 'split': {
      const [better, worse] = [refusal.better, refusal.worse].map(changePhraseWithInterval);
      return `The figures do not agree in run ${refusal.run}: ${better ?? ''}, and ${worse ?? ''}. Which counts is yours to say.`;
    }
    case 'one-curve':
      return `Only ${rulesNames[refusal.rules]} was measured (run ${refusal.run}), and one curve crosses nothing.`;
    case 'one-routing': {
      const known = { native: 'native routing', overlay: 'an overlay' };
      const routing = refusal.routing === null ? 'one kind of routing' : known[refusal.routing];
      return `Only ${routing} was measured (run ${refusal.run}), and there is nothing to hold it against.`;
    }
    case 'not-told-apart':
      return refusal.turns > 1
        ? `The lead changes ${refusal.turns} times in ${joined(refusal.runs.map((run) => `run ${run}`))}, so there is no one place.`
        : `The curves cannot be told apart in ${joined(refusal.runs.map((run) => `run ${run}`))}: the lead is within noise where it would count. More rounds tell more.`;
    case 'differ-otherwise':
      return `The runs that could be held against each other were made on other machines: ${joined(refusal.facts)}.`;
    case 'not-known':
      return refusal.because === null
        ? unknownWords[refusal.what]
        : `${unknownWords[refusal.what].split('. ')[0] ?? ''}, because ${refusal.because}.`;
    case 'nothing-found':
      return refusal.what === 'l7-rules'
        ? 'The policies that were read have no HTTP rules.'
        : 'No sample was spoiled by its client, and no node is known to run on credit.';
  }
}

/** Why no advice is given. */
export function refusalWords({ refusal }: NotAdvised, target: AdvisedTarget): string {
  return refusalText(refusal, target);
}
