import { Problem } from '../problem';
import type { TargetKind } from '../scenario/scenario';
import type { Profile } from './plan';
import { mostRoundsUntilPrecision, type UntilPrecision } from './untilPrecision';

/** Three rounds are the fewest that give an interval worth showing; quick says that it is quick wherever it is shown. */
export const profiles: readonly Profile[] = [
  { id: 'quick', rounds: 3, secondsPerLoad: 3, warmupSeconds: 1 },
  { id: 'standard', rounds: 5, secondsPerLoad: 6, warmupSeconds: 1 },
  { id: 'thorough', rounds: 10, secondsPerLoad: 15, warmupSeconds: 1 },
];

/** On a cluster each load is a pod that takes about a second to start: longer loads keep that a small part of a run. */
const clusterSeconds: Readonly<Record<Profile['id'], Pick<Profile, 'secondsPerLoad' | 'warmupSeconds'>>> = {
  quick: { secondsPerLoad: 10, warmupSeconds: 2 },
  standard: { secondsPerLoad: 20, warmupSeconds: 3 },
  thorough: { secondsPerLoad: 30, warmupSeconds: 5 },
};

/** A profile's loads, for as many rounds as it takes until the intervals are so narrow. */
export function untilPrecise(profile: Profile, until: UntilPrecision): Profile {
  return { ...profile, rounds: mostRoundsUntilPrecision, until };
}

/** The profile as it runs on such a target. */
export function profileOn(profile: Profile, on: TargetKind): Profile {
  const placed = on === 'kube' ? { ...profile, ...clusterSeconds[profile.id] } : profile;
  const { askedSeconds } = profile;
  return askedSeconds === undefined
    ? placed
    : {
        ...placed,
        secondsPerLoad: askedSeconds,
        warmupSeconds: Math.min(placed.warmupSeconds, askedSeconds),
      };
}

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
