import type { Finding, Range, RelatedPlace } from './finding';
import { movedTo } from './places';
import { entryKey } from './rules/entryPath';
import { documentChecks, subjectChecks } from './setChecks';
import type { CiliumVersion, Path, Policy } from './semantics/model';
import type { SubjectAnswers } from './semantics/resolve/answers';
import type { Place, PolicyId } from './semantics/resolve/entries';
import { createPolicySet } from './semantics/resolve/policySet';
import type { DoubleProxy } from './semantics/resolve/redirects';

/** A policy that the agent accepts, and how its paths are found again in its document. */
export interface AcceptedPolicy {
  readonly policy: Policy;
  readonly about: Finding['policy'];
  readonly textHash: () => string;
  /** Where a path stands, lines from the first of its document, and the traffic that it speaks of. */
  readonly placeOf: (path: Path) => PolicyPlace | undefined;
  /** The first of it alone, which costs less. */
  readonly rangeOf: (path: Path) => Range | undefined;
}

export interface PolicyPlace extends Pick<Finding, 'direction' | 'ports' | 'endpoints'> {
  readonly range: Range;
}

/** Where a document is: its file, its number in it, and the line that it begins on. */
export interface DocumentPlace {
  readonly file: string;
  readonly index: number;
  readonly firstLine: number;
}

/** All policies that are seen together, a key for each document. */
export interface PolicyWorld {
  /** Sets what a document holds; what it held before is gone. */
  readonly put: (key: string, policies: readonly AcceptedPolicy[], place: DocumentPlace) => void;
  /** The same policies, elsewhere. */
  readonly move: (key: string, place: DocumentPlace) => void;
  readonly remove: (key: string) => void;
  /** What is said of places in the document because of it and all others. */
  readonly findings: (key: string) => readonly Finding[];
}

/** Finds a policy of the set. */
export type PolicyAt = (place: PolicyId) => Policy | undefined;

/** What a check looks at that is about one document. */
export interface DocumentView {
  readonly key: string;
  readonly policies: readonly AcceptedPolicy[];
  readonly answers: readonly SubjectAnswers[];
  readonly doubleProxies: () => readonly DoubleProxy[];
}

/** What a check says of a place, with the other places that cause it. */
export interface SetFinding extends Pick<
  Finding,
  'code' | 'severity' | 'protocol' | 'docs' | 'tags' | 'reason' | 'detail' | 'rules'
> {
  readonly place: Place;
  readonly related: readonly Place[];
}

/** What holds for one subject, at places of whatever documents. To add a check: a file in `rules/`, a line in `setChecks.ts`. */
export type SubjectCheck = (answers: SubjectAnswers, policyAt: PolicyAt) => readonly SetFinding[];
/** What only a document with all its subjects tells. */
export type DocumentCheck = (view: DocumentView) => readonly SetFinding[];

/** The other places of one finding that are named; the rest is of the same kind. */
const mostRelated = 5;

interface Member {
  readonly policies: readonly AcceptedPolicy[];
  readonly place: DocumentPlace;
}

/** Two sides matter where traffic goes to Envoy at all; lookups go to the agent. */
const goesToEnvoy = ({ redirected }: SubjectAnswers): boolean =>
  redirected.some(({ parser }) => parser !== 'dns');
type Members = ReadonlyMap<string, Member>;

function placedFinding(found: SetFinding, member: Member, members: Members): readonly Finding[] {
  const { place: where, related, ...said } = found;
  const policy = member.policies[where.index];
  const place = policy?.placeOf(where.path);
  if (!policy || !place) return [];
  const others = relatedPlaces(related, member, members);
  return [
    {
      ...said,
      ...place,
      range: movedTo(place.range, member.place),
      document: member.place.index,
      policy: policy.about,
      get textHash() {
        return policy.textHash();
      },
      ...(others.length > 0 ? { related: others } : {}),
    },
  ];
}

/** The first few places that differ. */
function relatedPlaces(related: readonly Place[], member: Member, members: Members): readonly RelatedPlace[] {
  const found = new Map<string, RelatedPlace>();
  for (const { key, index, path } of related) {
    if (found.size >= mostRelated) break;
    const there = members.get(key);
    const policy = there?.policies[index];
    const range = policy?.rangeOf(entryKey(policy.policy, path).path);
    if (!there || !policy || !range) continue;
    const { file, index: document } = there.place;
    const moved = movedTo(range, there.place);
    const place = `${file}:${moved.start.line}:${moved.start.character}`;
    if (found.has(place)) continue;
    found.set(place, {
      ...(file === member.place.file ? {} : { file }),
      document,
      range: moved,
      policy: policy.about,
    });
  }
  return [...found.values()];
}

/** The same place and reason are said once, however many endpoints they hold for. */
function distinct(findings: readonly Finding[]): readonly Finding[] {
  const places = new Map<string, Finding>();
  for (const finding of findings) {
    const { line, character } = finding.range.start;
    const place = `${finding.code}:${line}:${character}`;
    const before = places.get(place);
    // What holds for all peers says more than what holds for some.
    if (!before || (before.tags.includes('some-peers') && !finding.tags.includes('some-peers')))
      places.set(place, finding);
  }
  return [...places.values()];
}

type ByKey = ReadonlyMap<string, readonly SetFinding[]>;

function byKey(findings: readonly SetFinding[]): ByKey {
  const found = new Map<string, SetFinding[]>();
  for (const finding of findings) {
    const { key } = finding.place;
    const there = found.get(key);
    if (there) there.push(finding);
    else found.set(key, [finding]);
  }
  return found;
}

export function createPolicyWorld(version: CiliumVersion): PolicyWorld {
  const set = createPolicySet({ version });
  const members = new Map<string, Member>();
  // Many documents may select the same endpoints: what holds for these is said once for all.
  const bySubject = new WeakMap<SubjectAnswers, ByKey>();
  const policyAt: PolicyAt = ({ key, index }) => members.get(key)?.policies[index]?.policy;
  const ofSubject = (answers: SubjectAnswers): ByKey => {
    const known = bySubject.get(answers);
    if (known) return known;
    const found = byKey(subjectChecks.flatMap((check) => check(answers, policyAt)));
    bySubject.set(answers, found);
    return found;
  };
  const remove = (key: string): void => {
    if (members.delete(key)) set.remove(key);
  };
  return {
    put(key, policies, place) {
      if (policies.length === 0) {
        remove(key);
        return;
      }
      members.set(key, { policies, place });
      set.put(
        key,
        policies.map(({ policy }) => policy),
      );
    },
    move(key, place) {
      const member = members.get(key);
      if (member) members.set(key, { ...member, place });
    },
    remove,
    findings(key) {
      const member = members.get(key);
      if (!member) return [];
      const answers = set.answers(key);
      const mayMeet = answers.some(goesToEnvoy);
      const view: DocumentView = {
        key,
        policies: member.policies,
        answers,
        doubleProxies: () => (mayMeet ? set.doubleProxies(key) : []),
      };
      const found = [
        ...answers.flatMap((one) => ofSubject(one).get(key) ?? []),
        ...documentChecks.flatMap((check) => check(view)),
      ];
      return found.length === 0
        ? []
        : distinct(found.flatMap((finding) => placedFinding(finding, member, members)));
    },
  };
}
