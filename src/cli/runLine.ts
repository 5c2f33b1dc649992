import { baselineOf } from '../core/result/annotations';
import type { RunListing } from '../store/runListing';

/** A run on one line; `all` say whether it is the baseline. */
export function runLine(run: RunListing, all: readonly RunListing[]): string {
  const { valid, invalid } = run.samples;
  const { name, tags } = run.annotations;
  return [
    run.id,
    ...(name === null ? [] : [name]),
    run.target.name,
    run.profile,
    run.state,
    invalid > 0 ? `${invalid} of ${valid + invalid} samples invalid` : `${valid} samples`,
    ...(baselineOf(all, run)?.id === run.id ? ['baseline'] : []),
    ...tags.map((tag) => `#${tag}`),
  ].join(' · ');
}
