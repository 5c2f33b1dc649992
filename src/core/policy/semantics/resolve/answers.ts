import type { Behaviour } from './behaviour';
import type { Identity } from './identity';
import type { Conflict, SubjectPolicy } from './merge';
import { prunedOf, type Pruned } from './pruned';
import type { RedirectedPort } from './redirects';
import { selects, type PeerSelector } from './selector';
import { shadowsOf, type Shadow, type SharedPeer } from './shadow';

/** What holds for one subject. */
export interface SubjectAnswers {
  readonly subject: Identity;
  readonly policy: SubjectPolicy;
  readonly shadows: readonly Shadow[];
  /** Not empty: the agent breaks off, and none of the above takes effect. */
  readonly conflicts: readonly Conflict[];
  readonly pruned: readonly Pruned[];
  readonly redirected: readonly RedirectedPort[];
}

/** Answers, and what of the set they turn on besides the subject's own policy. */
export interface KeptAnswers {
  readonly answers: SubjectAnswers;
  /** Selectors that were asked for somebody whom both select. */
  readonly pairs: readonly (readonly [PeerSelector, PeerSelector])[];
  /** How many samples had changed when they were made. */
  readonly changes: number;
}

export function answersOf(
  policy: SubjectPolicy,
  shared: SharedPeer,
  behaviour: Behaviour,
  changes: number,
): KeptAnswers {
  const { subject, ingress, egress, conflicts, redirected } = policy;
  const pairs: (readonly [PeerSelector, PeerSelector])[] = [];
  const noted: SharedPeer = (a, b) => {
    pairs.push([a, b]);
    return shared(a, b);
  };
  const directions = [ingress, egress];
  const answers = {
    subject,
    policy,
    conflicts,
    shadows: directions.flatMap((direction) => shadowsOf(direction, noted, behaviour)),
    pruned: directions.flatMap((direction) => prunedOf(direction, noted)),
    redirected,
  };
  return { answers, pairs, changes };
}

/** Whether samples that came or went since could make the answers others. */
export const turnsOn = ({ pairs }: KeptAnswers, changed: readonly Identity[]): boolean =>
  changed.some((identity) => pairs.some(([a, b]) => selects(a, identity) && selects(b, identity)));
