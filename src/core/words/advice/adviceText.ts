/** Advice as people read it: what to do, on which numbers it stands, how sure it is and what would change it. */
import {
  isAdvice,
  type AddressesAdvice,
  type Advice,
  type Advised,
  type Basis,
  type L7Advice,
  type LoadNodesAdvice,
  type MapAdvice,
  type MapSize,
  type MemoryUnknown,
  type PlacedFinding,
  type RoutingAdvice,
  type RulesAdvice,
} from '../../result/advice/advice';
import { adviseOnRun } from '../../result/advice/registry';
import type { PanelModel } from '../../result/panelModel';
import type { Run } from '../../result/run';
import { logOfPercent } from '../../result/statistics';
import { basisWords, changeReason, confidenceWords } from './basis';
import { adviceTitles, rulesNames } from './names';
import { refusalWords, type AdvisedTarget } from './refusals';
import { crossingPlace, roundPlace } from '../curves';
import { counted, grouped, percentSize, quantity, shortNumber } from '../numbers';
import { changePhraseWithInterval, joined, metricNoun, startOfSentence } from '../phrases';

/** One advice, or why there is none, ready to be laid out. */
export interface AdviceText {
  readonly title: string;
  /** Null where nothing is advised. */
  readonly level: Advice['confidence']['level'] | null;
  /** What to do, or why nothing is advised. */
  readonly text: string;
  /** Confidence, basis and what would change it; empty where nothing is advised. */
  readonly details: readonly string[];
}

/** The changes that were measured, the largest of each metric, as phrases: `12 % less throughput (−14 to −10)`. */
function measuredPhrases(basis: readonly Basis[], most = 2): readonly string[] {
  const changes = basis.flatMap((figure) =>
    figure.from === 'run' && figure.against !== undefined ? [figure] : [],
  );
  const size = ({ value }: (typeof changes)[number]): number => Math.abs(logOfPercent(value));
  const bySize = [...changes].sort((a, b) => size(b) - size(a));
  const named = [...new Set(changes.map(({ metric }) => metric))].slice(0, most);
  return named.flatMap((metric) => {
    const found = bySize.find((figure) => figure.metric === metric);
    return found ? [changePhraseWithInterval({ metric, percent: found.value, ci95: found.interval })] : [];
  });
}

function rulesText({ outcome, measured, metric, asked, inUse, stance }: RulesAdvice): string {
  const noun = metricNoun(metric);
  const [from, to] = measured.map((count) => grouped(count));
  const range = `${from ?? ''} to ${to ?? ''} Services`;
  const sentences =
    outcome.kind === 'crossing'
      ? [
          `${startOfSentence(rulesNames[outcome.before])} and ${rulesNames[outcome.after]} cross at about ${roundPlace(outcome.at)} Services (${crossingPlace(outcome.interval)}): below it ${rulesNames[outcome.before]} has more ${noun}, above it ${rulesNames[outcome.after]}.`,
        ]
      : [
          outcome.from <= measured[0]
            ? `${startOfSentence(rulesNames[outcome.ahead])} has more ${noun} than ${rulesNames[outcome.behind]} at every number of Services that was measured (${range}).`
            : `${startOfSentence(rulesNames[outcome.ahead])} has more ${noun} than ${rulesNames[outcome.behind]} from ${grouped(outcome.from)} Services on; below, the two cannot be told apart (measured: ${range}).`,
        ];
  if (asked === null) return sentences.join(' ');
  const services = `${grouped(asked.services)} Services ${asked.from === 'planned' ? 'that are planned' : 'of now'}`;
  const both =
    outcome.kind === 'crossing' ? [outcome.before, outcome.after] : [outcome.ahead, outcome.behind];
  const other = both.find((one) => one !== inUse);
  const [mine, theirs] = [inUse, other].map((rules) => (rules ? rulesNames[rules] : ''));
  const stances = {
    keep: `keep ${mine ?? ''}`,
    switch: `switch from ${mine ?? ''} to ${theirs ?? ''}`,
    either: 'neither is known to be ahead',
  };
  const what = stance === null ? null : stances[stance];
  if (asked.isPastRange) {
    sentences.push(`The ${services} are past what was measured (${range}).`);
    if (what !== null) sentences.push(`If the curves go on as they do, ${what}.`);
  } else if (what !== null) sentences.push(`For the ${services}, ${what}.`);
  return sentences.join(' ');
}

function routingText({ better, inUse, of }: RoutingAdvice, basis: readonly Basis[]): string {
  const phrases = joined(measuredPhrases(basis));
  const where = of === 'two-runs' ? ', from one run to another' : '';
  const measured = `An overlay brings ${phrases} against native routing${where}.`;
  const names = { native: 'native routing', overlay: 'the overlay' };
  if (inUse === null) return `${measured} Choose ${names[better]} where the network allows both.`;
  return inUse === better
    ? `${measured} Keep ${names[better]}, which is in use.`
    : `${measured} Switch from ${names[inUse]} to ${names[better]} where the network allows it.`;
}

const mostNamed = 5;

function findingPlace({ file, finding: { policy, ports, code, range } }: PlacedFinding): string {
  const port = ports.length === 0 ? '' : `, port ${ports.join(', ')}`;
  const why = code === 'l7-shadowed' ? 'another rule lets the same through' : 'every request is allowed';
  return `${policy.name} (${file}:${range.start.line + 1}${port}; ${why})`;
}

const lists = (count: number): string => counted(count, 'list of HTTP rules', 'lists of HTTP rules');

/** How many lists of rules could be L4, of all there are. */
function wasteWords(count: number, all: number): string {
  const rest =
    count === 1
      ? 'pays for the proxy, enforces nothing and could be L4'
      : 'pay for the proxy, enforce nothing and could be L4';
  if (count < all) return `Of ${lists(all)}, ${grouped(count)} ${rest}`;
  return all === 1 ? `The one list of HTTP rules ${rest}` : `All ${lists(all)} ${rest}`;
}

function l7Text({ pays, couldBeL4 }: L7Advice, basis: readonly Basis[]): string {
  const all = pays.length + couldBeL4.length;
  const named = couldBeL4.slice(0, mostNamed).map(findingPlace);
  const more = couldBeL4.length > mostNamed ? [`${couldBeL4.length - mostNamed} more`] : [];
  const phrases = measuredPhrases(basis, 1);
  return [
    ...(phrases.length > 0 ? [`The proxy was measured to bring ${joined(phrases)}.`] : []),
    ...(couldBeL4.length > 0
      ? [`${wasteWords(couldBeL4.length, all)}: ${joined([...named, ...more])}.`]
      : []),
    ...(pays.length > 0
      ? [
          `${startOfSentence(lists(pays.length))} ${pays.length === 1 ? 'tells requests apart and pays' : 'tell requests apart and pay'} for it: keep ${pays.length === 1 ? 'it' : 'them'} where that is needed.`,
        ]
      : []),
  ].join(' ');
}

const mapNames: Readonly<Record<MapSize['map'], string>> = {
  services: 'service map',
  backends: 'backend map',
  'reverse-nat': 'reverse NAT map',
};

function mapSentence({ map, key, needed, limit, size, stance }: MapSize): string {
  const need = `The ${mapNames[map]} needs ${grouped(needed)} entries`;
  switch (stance) {
    case 'keep':
      return `${need} of ${grouped(limit ?? size)}: keep its size.`;
    case 'raise':
      return `${need} and holds ${grouped(limit ?? 0)}: set ${key} to ${size}.`;
    case 'set':
      return `${need}: ${key} must be ${size} or more.`;
  }
}

const memoryUnknown: Readonly<Record<MemoryUnknown, string>> = {
  'no-run': 'no run has read the BPF maps (cilium-bench run bpf-memory)',
  'no-such-map': 'the runs of bpf-memory have no service map of two rounds or more',
  'grows-with-entries': 'the map grows with its entries',
  'room-not-told': 'the run does not tell how many entries the map has room for',
};

function memorySentence({ memory }: MapAdvice): string {
  if (!memory.known)
    return `What the service map takes of memory is not known, because ${memoryUnknown[memory.because]}.`;
  const size = quantity('bpfMemoryBytes', memory.bytes);
  const more =
    memory.moreBytes !== null && memory.moreBytes > 0
      ? `, ${quantity('bpfMemoryBytes', memory.moreBytes)} more than now`
      : '';
  return `The service map then takes ${size} on each node (${shortNumber(memory.bytesPerEntry)} bytes an entry)${more}.`;
}

function mapText(what: MapAdvice): string {
  const { services, endpoints, entriesEach, entriesFrom, maps } = what;
  const each = `${grouped(entriesEach, Number.isInteger(entriesEach) ? 0 : 1)} ${entriesEach === 1 ? 'entry' : 'entries'} of the service map each, ${entriesFrom === 'measured' ? 'as counted here' : 'as reckoned'}`;
  return [
    `${counted(services, 'Service')} of one port and ${counted(endpoints, 'endpoint')} take ${each}.`,
    // A map whose size is not known is said only of the service map: the others follow from the same numbers.
    ...maps.filter(({ map, stance }) => map === 'services' || stance === 'raise').map(mapSentence),
    ...(maps.some(({ stance }) => stance === 'raise')
      ? ['That leaves a fifth free or more, restarts the agents and makes their maps anew.']
      : []),
    memorySentence(what),
  ].join(' ');
}

function nodesText({ clientBound, burst }: LoadNodesAdvice): string {
  return [
    ...(clientBound
      ? [
          `The client ran out of CPU in ${grouped(clientBound.samples)} of ${counted(clientBound.of, 'sample')}: they tell of the client, not of the network, and are left out. Give the client more CPU, or use several.`,
        ]
      : []),
    ...(burst.length > 0
      ? [
          `${joined(burst.map(({ type, family }) => `${type} (${family})`))} ${burst.length === 1 ? 'has' : 'have'} CPU on credit or shared: figures fall once it is used up. Measure on instances with CPU of their own.`,
        ]
      : []),
  ].join(' ');
}

function addressesText({ networks }: AddressesAdvice): string {
  return networks
    .map(({ cidr, used, capacity, needed, stance }) => {
      const share = capacity > 0 ? percentSize((100 * needed) / capacity) : '';
      const have = `${cidr} has ${counted(capacity, 'address', 'addresses')}`;
      const take = needed > used ? `${counted(needed, 'Service')} take` : `${grouped(used)} in use are`;
      switch (stance) {
        case 'enough':
          return `${have}, and ${take} ${share} of them: enough.`;
        case 'near':
          return `${have}, and ${take} ${share} of them: near its end. Plan a further ServiceCIDR.`;
        case 'too-few':
          return `${have}, too few for ${counted(needed, 'Service')}. Add a ServiceCIDR first.`;
      }
    })
    .join(' ');
}

/** What to do, in sentences. */
function adviceSentence({ what, basis }: Advice): string {
  switch (what.code) {
    case 'service-rules':
      return rulesText(what);
    case 'routing':
      return routingText(what, basis);
    case 'l7-policies':
      return l7Text(what, basis);
    case 'service-map':
      return mapText(what);
    case 'hubble': {
      const phrases = joined(measuredPhrases(basis));
      return what.stance === 'off'
        ? `Hubble brings ${phrases}. Turn it off where its flows are not needed.`
        : `Hubble brings ${phrases}, so it costs nothing that was seen. Leave it on.`;
    }
    case 'load-nodes':
      return nodesText(what);
    case 'service-addresses':
      return addressesText(what);
  }
}

/** An advice with all that it stands on, or why there is none. */
export function adviceText(advised: Advised, target: AdvisedTarget): AdviceText {
  const title = adviceTitles[advised.code];
  if (!isAdvice(advised))
    return { title, level: null, text: `Not advised. ${refusalWords(advised, target)}`, details: [] };
  return {
    title,
    level: advised.confidence.level,
    text: adviceSentence(advised),
    details: [
      confidenceWords(advised),
      ...advised.basis.map((basis) => `Stands on: ${basisWords(basis)}.`),
      ...(advised.wouldChange.length > 0
        ? [`What would change it: ${advised.wouldChange.map(changeReason).join('; ')}.`]
        : []),
    ],
  };
}

/** What one run gives reason for, as its panel and its report show it. */
export function adviceOfRun(run: Run): NonNullable<PanelModel['advice']> {
  return adviseOnRun(run).map((advised) => {
    const { title, text, details } = adviceText(advised, run.target);
    return { title, text, details };
  });
}

/** A run's model with what the run gives reason for. */
export function withAdvice(model: PanelModel, run: Run): PanelModel {
  const advice = adviceOfRun(run);
  return advice.length > 0 ? { ...model, advice } : model;
}
