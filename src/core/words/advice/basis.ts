/** What an advice stands on, how sure it is and what would change it, a line each. */
import type { Advice, Basis, WouldChange } from '../../result/advice/advice';
import type { Limit } from '../../result/advice/confidence';
import { changeWords } from '../effects';
import { roundPlace } from '../curves';
import { counted, grouped, quantity } from '../numbers';
import { joined, metricNoun } from '../phrases';
import { rulesNames } from './names';

const limitWords: Readonly<Record<Limit, string>> = {
  'two-rounds': 'it rests on two rounds',
  'few-rounds': 'it rests on fewer than five rounds',
  'noise-unknown': 'what identical settings differ by is not known',
  'near-noise': 'its interval reaches into the noise',
  'partial-run': 'the run is partial',
  lab: 'it was measured on this machine, not on a cluster',
  'stand-in': 'a test engine stood in for Cilium',
  'two-runs': 'it holds two runs against each other, and runs differ by more than their rounds tell',
  'machines-unknown': 'whether both runs had the same machines is not known',
  'other-facts-differ': 'the two runs differ in other facts too',
  'past-range': 'it is asked of more Services than were measured',
  'open-interval': 'its interval reaches past what was measured',
  reckoned: 'entries or endpoints are reckoned, not counted',
  'limit-unknown': 'how large the map is now is not known',
  'no-cost-measured': 'what these rules cost was not measured here',
  'other-policy': 'the policy that was measured is none of these',
  'by-name': 'an instance type is known by its name alone',
};

/** `Confidence: medium, because it rests on fewer than five rounds.` */
export function confidenceWords({ confidence: { level, limits }, basis }: Advice): string {
  const rounds = basis.flatMap((figure) => (figure.from === 'run' ? [figure.n] : []));
  const strengths =
    rounds.length === 0
      ? 'it is counted, not sampled'
      : `it rests on ${counted(Math.min(...rounds), 'round')} or more and stands outside the noise`;
  const why = limits.length === 0 ? strengths : joined(limits.map((limit) => limitWords[limit]));
  return `Confidence: ${level}, because ${why}.`;
}

/** Facts by the names that people know them by; others keep their own. */
const factNames: Readonly<Record<string, string>> = {
  services: 'Services now',
  serviceBackends: 'endpoints now',
  ciliumServiceMapLimit: 'room of the service map',
  ciliumBackendMapLimit: 'room of the backend map',
  ciliumReverseNatMapLimit: 'room of the reverse NAT map',
  instanceTypes: 'instance type',
  'service-addresses': 'Service network',
};

function valueWords({ metric, value, interval, against }: Extract<Basis, { from: 'run' }>): string {
  if (against !== undefined) return changeWords({ percent: value, ci95: interval }) ?? '';
  const level = quantity(metric, value, interval);
  return interval === null
    ? level
    : `${level} (${quantity(metric, interval[0], interval, [value])} to ${quantity(metric, interval[1], interval, [value])})`;
}

/** One figure with its interval, the rounds behind it and the run it is from. */
export function basisWords(basis: Basis): string {
  switch (basis.from) {
    case 'run': {
      const against = basis.against === undefined ? '' : ` against “${basis.against}”`;
      // The lab's labels say it themselves.
      const { label: own, servedBy } = basis;
      const label =
        servedBy === undefined || own.startsWith(servedBy) ? own : `${rulesNames[servedBy]}, ${own}`;
      return `${metricNoun(basis.metric)}, “${label}”${against}: ${valueWords(basis)}, ${counted(basis.n, 'round')}, run ${basis.run}`;
    }
    case 'count':
      return basis.what === 'entries-each'
        ? `${grouped(basis.value, Number.isInteger(basis.value) ? 0 : 1)} entries a Service, counted over ${grouped(basis.of)} Services, run ${basis.run}`
        : `the client ran out of CPU in ${grouped(basis.value)} of ${counted(basis.of, 'sample')}, run ${basis.run}`;
    case 'fact':
      return `${factNames[basis.fact] ?? basis.fact}: ${basis.value}${basis.said === '' ? '' : ` (${basis.said})`}`;
    case 'planned':
      return basis.what === 'services'
        ? `${counted(basis.value, 'Service')} planned`
        : `${counted(basis.value, 'endpoint')} of each planned`;
  }
}

/** As it follows "What would change it:". */
export function changeReason(reason: WouldChange): string {
  switch (reason.kind) {
    case 'more-rounds':
      return 'more rounds, where the interval is wide';
    case 'kept-connections':
      return 'clients that keep their connections: a Service is looked up once for each of them';
    case 'on-a-cluster':
      return 'the same on a cluster, with its own network between the nodes';
    case 'wider-range':
      return `a run with up to ${grouped(reason.to)} Services or more`;
    case 'services-cross':
      return `the number of Services passing ${roundPlace(reason.at)}`;
    case 'other-network':
      return 'a network between the nodes that cannot carry pod addresses, or one that is slower than the nodes';
    case 'other-version':
      return 'another version of Cilium';
    case 'own-traffic':
      return 'traffic that is far below what the nodes can do: then latency and CPU count, not requests a second';
    case 'more-ports':
      return 'Services with more ports, node ports or load-balancer addresses: each takes entries of its own';
    case 'calibration':
      return 'a service-scale run that may read the map: it counts what a Service takes';
    case 'more-services-than':
      return `more than ${grouped(reason.services)} Services of this kind`;
    case 'flows-needed':
      return 'a need for its flows: to see what a policy drops, for one';
    case 'requests-matter':
      return 'a need to tell requests apart, or to see them: an L4 rule does neither';
    case 'headless':
      return 'headless Services, which take no address';
    case 'second-cidr':
      return 'a further ServiceCIDR, which Kubernetes takes from 1.33 on';
    case 'stronger-client':
      return 'a client with more CPU, or several clients (--set clients=2 of rps)';
    case 'steal-read':
      return 'CPU steal and credits of the nodes, which no run reads yet';
  }
}
