import { Problem } from '../problem';
import type { Profile } from './plan';

/** Three rounds are the fewest that give an interval worth showing; quick says that it is quick wherever it is shown. */
export const profiles: readonly Profile[] = [
  { id: 'quick', rounds: 3, secondsPerLoad: 3, warmupSeconds: 1 },
  { id: 'standard', rounds: 5, secondsPerLoad: 6, warmupSeconds: 2 },
  { id: 'thorough', rounds: 10, secondsPerLoad: 15, warmupSeconds: 3 },
];

/** Throws a usage {@link Problem} when there is none of that name. */
export function findProfile(id: string): Profile {
  const found = profiles.find((profile) => profile.id === id);
  if (!found) {
    throw new Problem(
      'usage',
      `There is no profile "${id}".`,
      `The profiles are ${profiles.map((profile) => profile.id).join(', ')}.`,
    );
  }
  return found;
}
