/** Published figures beside measured ones: quoted with their source, never judged, never called measured. */
import type { Load } from '../scenario/scenario';
import type { Comparison } from '../result/comparison/comparison';
import type { PublishedComparison } from '../result/comparison/publishedComparison';
import type { PublishedSource } from '../result/published/published';
import { publishedPrefix } from '../result/published/published';
import { runLetter } from './comparisonWords';
import { changeWords, shortMetricNames } from './effects';
import { loadWords } from './loads';
import { change, counted, grouped, plusMinus, quantity } from './numbers';
import { startOfSentence } from './phrases';

/** `published:tke-iptables`, as it is named on a command line. */
export function publishedName(name: string): string {
  return `${publishedPrefix}${name}`;
}

/** Where the figures come from, and what they were taken on. */
export function sourceWords(source: PublishedSource): string {
  const { title, platform, year, ciliumVersion, kubernetesVersion, kernel, nodeType, nodes, rounds } = source;
  return `${title}, ${platform}, ${year}: ${nodes} nodes ${nodeType}, Kubernetes ${kubernetesVersion}, Cilium ${ciliumVersion} where it runs, kernel ${kernel}, ${counted(rounds, 'round')}: no interval, so no verdict.`;
}

/** A published figure and the measured one beside it, in the pieces of a table. */
export interface PublishedRow {
  readonly run: string;
  readonly setting: string;
  readonly measured: string;
  readonly published: string;
  readonly here: string;
  /** `×0.87`; empty for changes, which are ratios already. */
  readonly ratio: string;
  readonly conditions: string;
}

export function publishedRows({ values, effects }: PublishedComparison): readonly PublishedRow[] {
  return [
    ...values.map((one) => {
      const beside = [one.published, one.measured];
      return {
        run: runLetter(one.run),
        setting: startOfSentence(one.label),
        measured: shortMetricNames[one.metric],
        published: quantity(one.metric, one.published, null, beside),
        here: `${quantity(one.metric, one.measured, one.ci95, beside)}${one.ci95 === null ? '' : ` ${plusMinus(one.ci95)}`}`,
        ratio: `×${grouped(one.ratio, 2)}`,
        conditions: one.conditions,
      };
    }),
    ...effects.map((one) => ({
      run: runLetter(one.run),
      setting: startOfSentence(one.label),
      measured: `change in ${shortMetricNames[one.metric]}`,
      published: change(one.publishedPercent),
      here: changeWords(one) ?? '',
      ratio: '',
      conditions: one.conditions,
    })),
  ];
}

/** What is sent, as conditions are told: `64 kept connections, saturated`; empty where the variant says it. */
function sentWords(load: Load | undefined): string {
  if (load?.kind !== 'http') return load?.kind === 'stream' ? counted(load.streams, 'stream') : '';
  const connections = load.keepAlive
    ? counted(load.connections, 'kept connection')
    : `a connection a request, ${load.connections} at a time`;
  return `${connections}, ${loadWords(load)}`;
}

/** The conditions of the published figures that are shown, with those here beside them, each said once. */
export function conditionLines({ values, effects }: PublishedComparison): readonly string[] {
  const all = [...values, ...effects.map((one) => ({ ...one, load: undefined }))];
  const each = [...new Set(all.map(({ conditions }) => conditions))];
  return each.map((conditions) => {
    const own = all.filter((one) => one.conditions === conditions);
    const labels = [...new Set(own.map(({ label }) => startOfSentence(label)))];
    const here = [...new Set(own.map(({ load }) => sentWords(load)).filter((text) => text !== ''))];
    return `${labels.join('; ')}: published of ${conditions}${here.length === 0 ? '' : `; here of ${here.join(' or ')}`}.`;
  });
}

/** What could not be put beside a reference, a line for each run and reason. */
export function notBesideLines({ published }: Pick<Comparison, 'published'>): readonly string[] {
  return published.flatMap(({ name, notCompared }) => {
    const groups = new Map<
      string,
      { readonly run: number | null; readonly reason: string; readonly names: string[] }
    >();
    for (const { run, what, reason } of notCompared) {
      const key = `${run ?? ''} ${reason}`;
      const group = groups.get(key) ?? { run, reason, names: [] };
      group.names.push(what);
      groups.set(key, group);
    }
    return [...groups.values()].map(({ run, reason, names }) => {
      const who = run === null ? '' : `${runLetter(run)}, `;
      return `Not beside ${publishedName(name)}: ${who}${names.join(', ')}, because ${reason}.`;
    });
  });
}
