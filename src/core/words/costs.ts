import type { Cost, CostFigure, MeasuredCost, PublishedCost } from '../result/cost';
import { dayAgainst, day } from './dates';
import {
  change,
  changeRange,
  counted,
  eitherWay,
  grouped,
  minus,
  percentSize,
  quantity,
  thinSpace,
} from './numbers';
import { changePhrase, joined } from './phrases';
import { targetName, targetPlace } from './targets';

function noChange(what: string, { noisePercent }: CostFigure): string {
  const noise = noisePercent === null ? '' : ` of ${eitherWay(noisePercent)}`;
  return `no change in ${what} beyond the noise${noise}`;
}

function rpsWords(figure: CostFigure): string {
  const saturated = figure.ratePerSecond === 'max' || figure.ratePerSecond === null ? ' when saturated' : '';
  if (figure.verdict === 'within-noise') return noChange(`requests a second${saturated}`, figure);
  const range = figure.ci95 === null ? '' : ` (${changeRange(figure.ci95)})`;
  return `${changePhrase('rps', figure.percent, figure.ci95)}${saturated}${range}`;
}

function latencyWords(figure: CostFigure): string {
  const rate =
    typeof figure.ratePerSecond === 'number' ? ` at ${grouped(figure.ratePerSecond)} a second` : '';
  if (figure.verdict === 'within-noise') return noChange(`p50 latency${rate}`, figure);
  const before = quantity('latencyP50Us', figure.before);
  const after = quantity('latencyP50Us', figure.after);
  return `a p50 of ${after} instead of ${before}${rate}`;
}

function cpuWords(figure: CostFigure): string {
  if (figure.verdict === 'within-noise') return noChange('CPU a request', figure);
  return changePhrase('cpuUsPerRequest', figure.percent, figure.ci95);
}

function measuredWith({ source, policy }: MeasuredCost): string {
  if (source === 'this-policy') return '';
  const shape = `${policy.name}: ${policy.direction}, ${counted(policy.httpRules, 'HTTP rule')}`;
  return source === 'same-shape'
    ? ` with a policy of the same shape (${shape})`
    : ` with another policy (${shape})`;
}

/** How far to trust it, where that is not as far as a full run. */
function reservations({ profile, complete }: MeasuredCost): string {
  const words = [...(profile === 'quick' ? ['quick run'] : []), ...(complete ? [] : ['partial run'])];
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

function measuredSentence(cost: MeasuredCost, timeZone: string | undefined): string {
  const { rps, latencyP50Us, cpuUsPerRequest } = cost;
  const figures = [
    ...(rps ? [rpsWords(rps)] : []),
    ...(latencyP50Us ? [latencyWords(latencyP50Us)] : []),
    // The CPU stands in where the others could not be told.
    ...(cpuUsPerRequest && !(rps && latencyP50Us) ? [cpuWords(cpuUsPerRequest)] : []),
  ];
  const where = `Measured on ${targetPlace(cost.target)} on ${day(cost.date, timeZone)}${measuredWith(cost)}${reservations(cost)}`;
  return `${where}: ${joined(figures)}.`;
}

function bareSize(percent: number): string {
  return grouped(Math.abs(percent));
}

function publishedSentence({ percentRange, published }: PublishedCost): string {
  const [most, least] = percentRange;
  const { platform, ciliumVersion, cores, year, rounds } = published;
  const single = rounds === 1 ? ', one round' : '';
  return `Published: ${bareSize(least)} to ${percentSize(Math.round(most))} fewer requests a second when saturated (${platform}, Cilium ${ciliumVersion}, ${cores} cores${single}, ${year}). Measure This Policy to know here.`;
}

/** What it costs and where the number comes from, as one or two sentences for a diagnostic, a hover or `lint`. */
export function costSentence(cost: Cost, timeZone?: string): string {
  switch (cost.source) {
    case 'published':
      return publishedSentence(cost);
    case 'none':
      return `No cost is given: ${cost.reason}.`;
    case 'this-policy':
    case 'same-shape':
    case 'other-shape':
      return measuredSentence(cost, timeZone);
  }
}

/** The cost in a few words, for a lens or a list: `−67 % RPS, ×2.9 p50 (local lab, today)`. */
export function costLabel(cost: Cost, now: Date, timeZone?: string): string {
  switch (cost.source) {
    case 'published': {
      const [most, least] = cost.percentRange;
      const range = `${minus}${bareSize(least)} to ${minus}${bareSize(most)}${thinSpace}%`;
      return `${range} RPS published (${cost.published.platform} ${cost.published.year}), not measured here`;
    }
    case 'none':
      return 'cost not known';
    case 'this-policy':
    case 'same-shape':
    case 'other-shape': {
      const short = (figure: CostFigure | null, name: string): string[] => {
        if (!figure) return [];
        return [
          figure.verdict === 'within-noise'
            ? `${name} within noise`
            : `${change(figure.percent, figure.ci95)} ${name}`,
        ];
      };
      const { rps, latencyP50Us, cpuUsPerRequest } = cost;
      const two = [
        ...short(rps, 'RPS'),
        ...short(latencyP50Us, 'p50'),
        ...short(cpuUsPerRequest, 'CPU a request'),
      ].slice(0, 2);
      const other = {
        'this-policy': '',
        'same-shape': ', policy of this shape',
        'other-shape': ', another policy',
      };
      return `${two.join(', ')} (${targetName(cost.target)}, ${dayAgainst(cost.date, now, timeZone)}${other[cost.source]})`;
    }
  }
}
