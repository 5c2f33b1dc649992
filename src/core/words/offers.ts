/** What of the scenarios can be measured on a target, in words. */
import { consents } from '../plan/consents';
import type { Offer } from '../plan/offers';
import { joined } from './phrases';

/** `9 can run · 1 cannot`. */
export function offersSummary(offers: readonly Offer[]): string {
  const cannot = offers.filter(({ extent }) => extent === 'none').length;
  return [`${offers.length - cannot} can run`, ...(cannot > 0 ? [`${cannot} cannot`] : [])].join(' · ');
}

/** Beside the scenario's name. */
export function offerText({ extent, reasons, asks }: Offer): string {
  if (extent === 'none') return `cannot run, because ${reasons.join('; ')}`;
  return [
    extent === 'whole' ? 'can run' : 'can run in part',
    ...(asks.length > 0 ? [`asks for ${joined(asks)}`] : []),
  ].join(' · ');
}

/** Line by line, for a tooltip. */
export function offerLines(offer: Offer): readonly string[] {
  const { question, extent, reasons, asks } = offer;
  return [
    question,
    ...(extent === 'none' ? [offerText(offer)] : reasons.map((reason) => `Not measured here: ${reason}`)),
    ...asks.map((consent) => `Where you agree it ${consents[consent]} (${consent}).`),
  ];
}
