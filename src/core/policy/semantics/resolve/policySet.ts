import type { Patterns } from '../../patterns';
import type { CiliumVersion, Policy } from '../model';
import { behaviours } from './behaviour';
import { decideRequest, partyIdentity, type Decision, type Party, type Request } from './decide';
import { compilePolicy, type CompiledRule, type Compiling, type Place } from './entries';
import { createIdentityIndex } from './identityIndex';
import type { Identity } from './identity';
import { inMergeOrder, mergeRules, type Conflict, type SubjectPolicy } from './merge';
import { prunedOf, type Pruned } from './pruned';
import { doubleProxiesOf, redirectedPorts, type DoubleProxy, type RedirectedPort } from './redirects';
import { createRuleIndex } from './ruleIndex';
import { reservedSamples, samplesOf, type PolicySamples, type SampleValues } from './samples';
import { shadowsOf, type Shadow, type SharedPeer } from './shadow';

/** What holds for one subject that policies of a key select. */
export interface SubjectAnswers {
  readonly subject: Identity;
  readonly policy: SubjectPolicy;
  readonly shadows: readonly Shadow[];
  /** Not empty: the agent breaks off, and none of the above takes effect. */
  readonly conflicts: readonly Conflict[];
  readonly pruned: readonly Pruned[];
  readonly redirected: readonly RedirectedPort[];
  readonly doubleProxies: readonly DoubleProxy[];
}

export interface PolicySet {
  /** Sets the accepted policies of a key, e.g. a file's; those that were there before are gone. */
  readonly put: (key: string, policies: readonly Policy[]) => void;
  readonly remove: (key: string) => void;
  /** Subjects that the policies of the key name. */
  readonly subjects: (key: string) => readonly Identity[];
  /**
   * What holds for the subjects that policies of the key select: first those that they name, then others of the set.
   * At most `mostSubjects`. Places are of all keys.
   */
  readonly answers: (key: string) => readonly SubjectAnswers[];
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

/** Policies that change one file at a time. Only subjects that a changed policy selects are merged again. */
export function createPolicySet({
  version,
  cluster = 'default',
  namespace = 'default',
  mostSubjects = defaultMostSubjects,
  sampleValues = 'each',
}: PolicySetOptions): PolicySet {
  const behaviour = behaviours[version];
  const compiling: Compiling = { behaviour, cluster, namespace };
  const members = new Map<string, Member>();
  const rules = createRuleIndex();
  const peers = createIdentityIndex();
  const subjects = createIdentityIndex();
  const merged = new Map<string, SubjectPolicy>();
  for (const sample of reservedSamples(behaviour)) peers.add(sample);

  const forgetSelected = (changed: readonly CompiledRule[]): void => {
    for (const { subject, isHost } of changed) {
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
      sample.all.forEach(peers.remove);
      for (const subject of sample.subjects) {
        subjects.remove(subject);
        if (!subjects.has(subject.name)) merged.delete(subject.name);
      }
    }
  };
  const put = (key: string, policies: readonly Policy[]): void => {
    remove(key);
    const member: Member = {
      rules: policies.flatMap((policy, index) => compilePolicy(policy, { key, index }, compiling)),
      samples: policies.map((policy) => samplesOf(policy, compiling, sampleValues)),
    };
    members.set(key, member);
    member.rules.forEach(rules.add);
    for (const sample of member.samples) {
      sample.all.forEach(peers.add);
      sample.subjects.forEach(subjects.add);
    }
    forgetSelected(member.rules);
  };
  const policyOf = (subject: Identity): SubjectPolicy => {
    const known = merged.get(subject.name);
    if (known) return known;
    const found = mergeRules(subject, inMergeOrder(rules.selecting(subject)), behaviour);
    if (subjects.has(subject.name)) merged.set(subject.name, found);
    return found;
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
  const sharedPeer: SharedPeer = (a, b) =>
    peers.shared(a, b, ({ labels }) => labels.get('host')?.source !== 'reserved');
  /** Subjects at the other end of the subject's redirected traffic. */
  const otherEnds = (redirected: readonly RedirectedPort[]): readonly Identity[] => {
    const found = new Map<string, Identity>();
    for (const selector of redirected.flatMap(({ selectors }) => selectors)) {
      for (const subject of subjects.selected(selector)) {
        if (found.size >= mostSubjects) return [...found.values()];
        if (!subject.isHost) found.set(subject.name, subject);
      }
    }
    return [...found.values()];
  };
  const answersOf = (subject: Identity): SubjectAnswers => {
    const policy = policyOf(subject);
    const { ingress, egress, conflicts } = policy;
    const [into, out] = [redirectedPorts(ingress), redirectedPorts(egress)];
    const doubleProxies = [
      ...otherEnds(out.filter(({ parser }) => parser !== 'dns')).flatMap((server) =>
        doubleProxiesOf(policy, policyOf(server)),
      ),
      ...otherEnds(into).flatMap((client) => doubleProxiesOf(policyOf(client), policy)),
    ];
    return {
      subject,
      policy,
      conflicts,
      shadows: [ingress, egress].flatMap((direction) => shadowsOf(direction, sharedPeer, behaviour)),
      pruned: [ingress, egress].flatMap((direction) => prunedOf(direction, sharedPeer)),
      redirected: [...into, ...out],
      doubleProxies,
    };
  };
  return {
    put,
    remove,
    subjects: ownSubjects,
    answers: (key) => selectedSubjects(key).map(answersOf),
    answersFor: (subject) => {
      const found = partyIdentity(subject, cluster);
      return found && answersOf(found);
    },
    decide: (subject, request, patterns) => {
      const found = partyIdentity(subject, cluster);
      return found
        ? decideRequest(policyOf(found), request, { behaviour, patterns, cluster })
        : { verdict: 'unknown', authentication: 'unknown', by: [] };
    },
  };
}

/** Whether a place is of the key. */
export const isOf = (key: string, place: Place): boolean => place.key === key;
