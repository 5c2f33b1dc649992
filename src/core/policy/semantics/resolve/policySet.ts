import type { Patterns } from '../../patterns';
import type { CiliumVersion, Policy } from '../model';
import { answersOf, turnsOn, type KeptAnswers, type SubjectAnswers } from './answers';
import { behaviours } from './behaviour';
import { decideRequest, partyIdentity, type Decision, type Party, type Request } from './decide';
import { compilePolicy, type CompiledRule, type Compiling } from './entries';
import type { Identity } from './identity';
import { createIdentityIndex } from './identityIndex';
import { inMergeOrder, mergeRules, type SubjectPolicy } from './merge';
import { doubleProxiesOf, type DoubleProxy } from './redirects';
import { createRuleIndex } from './ruleIndex';
import { reservedSamples, samplesOf, type PolicySamples, type SampleValues } from './samples';
import type { SharedPeer } from './shadow';

/** Accepted policies of a workspace that change one key at a time: a key for each document costs least. */
export interface PolicySet {
  /** Sets the policies of a key; those that were there before are gone. */
  readonly put: (key: string, policies: readonly Policy[]) => void;
  readonly remove: (key: string) => void;
  /** Subjects that the policies of the key name. */
  readonly subjects: (key: string) => readonly Identity[];
  /**
   * What holds for the subjects that policies of the key select: first those that they name, then others of the set.
   * At most `mostSubjects`. Places are of all keys.
   */
  readonly answers: (key: string) => readonly SubjectAnswers[];
  /** Connections of those subjects to subjects of the set that pass a proxy on both sides. */
  readonly doubleProxies: (key: string) => readonly DoubleProxy[];
  /** What holds for somebody, whether a policy names them or not; null: it is nobody. */
  readonly answersFor: (subject: Party) => SubjectAnswers | null;
  /** What becomes of a request of or to somebody, whether a policy names them or not. */
  readonly decide: (subject: Party, request: Request, patterns: Patterns) => Decision;
}

export interface PolicySetOptions {
  readonly version: CiliumVersion;
  /** The name of the cluster; policies are of it unless they say another. */
  readonly cluster?: string;
  /** The namespace of policies that name none. */
  readonly namespace?: string;
  readonly mostSubjects?: number;
  readonly sampleValues?: SampleValues;
}

interface Member {
  readonly rules: readonly CompiledRule[];
  readonly samples: readonly PolicySamples[];
}

/** Endpoints of one key that are looked at, so that a policy of a whole namespace stays cheap. */
const defaultMostSubjects = 200;
/** Merged policies that are kept: those of some large files, not of a whole workspace. */
const mostKept = 2000;
/** Selectors that are held once: more than a large workspace has. */
const mostSelectors = 100_000;
/** Changed samples that are looked through before answers are made anew. */
const mostChanges = 200;

/** Only subjects that a changed policy selects are merged again, and only answers that a changed sample turns on made anew. */
export function createPolicySet({
  version,
  cluster = 'default',
  namespace = 'default',
  mostSubjects = defaultMostSubjects,
  sampleValues = 'each',
}: PolicySetOptions): PolicySet {
  const behaviour = behaviours[version];
  const compiling: Compiling = { behaviour, cluster, namespace, selectors: new Map() };
  const members = new Map<string, Member>();
  const rules = createRuleIndex();
  const peers = createIdentityIndex();
  const subjects = createIdentityIndex();
  const merged = new Map<string, SubjectPolicy>();
  const kept = new Map<string, KeptAnswers>();
  let changed: Identity[] = [];
  let changes = 0;
  for (const sample of reservedSamples(behaviour)) peers.add(sample);

  const noteChange = (identity: Identity): void => {
    changes += 1;
    changed = [...changed.slice(1 - mostChanges), identity];
  };
  const forgetSelected = (rulesThatChanged: readonly CompiledRule[]): void => {
    for (const { subject, isHost } of rulesThatChanged) {
      for (const found of subjects.selected(subject)) if (found.isHost === isHost) merged.delete(found.name);
    }
  };
  const remove = (key: string): void => {
    const member = members.get(key);
    if (!member) return;
    members.delete(key);
    forgetSelected(member.rules);
    member.rules.forEach(rules.remove);
    for (const sample of member.samples) {
      for (const identity of sample.all) if (peers.remove(identity)) noteChange(identity);
      for (const subject of sample.subjects) if (subjects.remove(subject)) merged.delete(subject.name);
    }
  };
  /** Identities are held once, however many policies tell of them. */
  const held = (policy: Policy): PolicySamples => {
    const { subjects: named, all } = samplesOf(policy, compiling, sampleValues);
    const one = (identity: Identity): Identity => peers.find(identity.name) ?? identity;
    return { subjects: named.map(one), all: all.map(one) };
  };
  const put = (key: string, policies: readonly Policy[]): void => {
    // Selectors that no policy has any longer are dropped now and then.
    if (compiling.selectors.size > mostSelectors) compiling.selectors.clear();
    const member: Member = {
      rules: policies.flatMap((policy, index) => compilePolicy(policy, { key, index }, compiling)),
      samples: policies.map(held),
    };
    // What stays is not gone in between.
    for (const sample of member.samples) {
      for (const identity of sample.all) if (peers.add(identity)) noteChange(identity);
      sample.subjects.forEach(subjects.add);
    }
    remove(key);
    members.set(key, member);
    member.rules.forEach(rules.add);
    forgetSelected(member.rules);
  };
  const policyOf = (subject: Identity): SubjectPolicy => {
    const known = merged.get(subject.name);
    if (known) return known;
    const found = mergeRules(subject, inMergeOrder(rules.selecting(subject)), behaviour);
    if (subjects.has(subject.name)) keep(merged, subject.name, found);
    return found;
  };
  const sharedPeer: SharedPeer = (a, b) =>
    peers.shared(a, b, ({ labels }) => labels.get('host')?.source !== 'reserved');
  const subjectAnswers = (subject: Identity): SubjectAnswers => {
    const policy = policyOf(subject);
    const known = kept.get(subject.name);
    const age = known ? changes - known.changes : Infinity;
    const isCurrent =
      known?.answers.policy === policy &&
      age <= changed.length &&
      !turnsOn(known, age === 0 ? [] : changed.slice(-age));
    const found = isCurrent ? { ...known, changes } : answersOf(policy, sharedPeer, behaviour, changes);
    if (subjects.has(subject.name)) keep(kept, subject.name, found);
    return found.answers;
  };
  const ownSubjects = (key: string): readonly Identity[] => {
    const own = (members.get(key)?.samples ?? []).flatMap((sample) => sample.subjects);
    return [...new Map(own.map((subject) => [subject.name, subject])).values()];
  };
  const selectedSubjects = (key: string): readonly Identity[] => {
    const found = new Map(ownSubjects(key).map((subject) => [subject.name, subject]));
    for (const { subject, isHost } of members.get(key)?.rules ?? []) {
      if (found.size >= mostSubjects) break;
      for (const selected of subjects.selected(subject)) {
        if (found.size >= mostSubjects) break;
        if (selected.isHost === isHost) found.set(selected.name, selected);
      }
    }
    return [...found.values()].slice(0, mostSubjects);
  };
  /** Whom the redirected traffic of a client reaches. */
  const serversOf = ({ redirected }: SubjectPolicy): readonly Identity[] => {
    const found = new Map<string, Identity>();
    for (const { ports, parser, selectors } of redirected) {
      if (ports.direction !== 'egress' || parser === 'dns') continue;
      for (const subject of selectors.flatMap(subjects.selected)) {
        if (found.size >= mostSubjects) return [...found.values()];
        if (!subject.isHost) found.set(subject.name, subject);
      }
    }
    return [...found.values()];
  };
  return {
    put,
    remove,
    subjects: ownSubjects,
    answers: (key) => selectedSubjects(key).map(subjectAnswers),
    doubleProxies: (key) =>
      selectedSubjects(key).flatMap((subject) => {
        const client = policyOf(subject);
        return serversOf(client).flatMap((server) => doubleProxiesOf(client, policyOf(server)));
      }),
    answersFor: (subject) => {
      const found = partyIdentity(subject, cluster);
      return found && subjectAnswers(found);
    },
    decide: (subject, request, patterns) => {
      const found = partyIdentity(subject, cluster);
      return found
        ? decideRequest(policyOf(found), request, { behaviour, patterns, cluster })
        : { verdict: 'unknown', authentication: 'unknown', by: [] };
    },
  };
}

/** Keeps the newest of a bounded number. */
function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= mostKept) break;
    map.delete(oldest);
  }
}
