import { shortChange } from '../../core/words/effects';
import { counted } from '../../core/words/numbers';
import type { RunListing } from '../../store/runListing';

/** The answer of a run in a few words, e.g. `−67 % RPS · L7 through Envoy`, the number where a narrow view still shows it; how many samples it has where it compares nothing. */
export function headlineText({ headline, samples }: Pick<RunListing, 'headline' | 'samples'>): string {
  const invalid = samples.invalid > 0 ? ` · ${samples.invalid} invalid` : '';
  if (!headline) return `${counted(samples.valid, 'valid sample')}${invalid}`;
  return `${shortChange(headline.effect)} · ${headline.variant.label}${invalid}`;
}
