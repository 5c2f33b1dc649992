import { panics, type Judged, type JudgedDocument, type JudgedEndpoint } from './judged';

export const questions = ['accept', 'schema', 'redirects', 'conflict', 'merge', 'shadow'] as const;
/**
 * accept: does the agent take a document. schema: does the API server, and what does it prune. redirects: where an entry of
 * toPorts alone sends its traffic. conflict: does the merge of an endpoint break off. merge: which ports of it are
 * redirected. shadow: why rules of a port restrict nobody.
 */
export type Question = (typeof questions)[number];

export interface Disagreement {
  readonly question: Question;
  /** What it is about, without names and numbers: disagreements of one kind have one cause most of the time. */
  readonly kind: string;
  readonly where: string;
  readonly oracle: string;
  readonly ours: string;
}

export interface Comparison {
  readonly asked: Readonly<Record<Question, number>>;
  readonly disagreements: readonly Disagreement[];
  /** Answers of the oracle that say no more than that the agent panics. */
  readonly panics: number;
  /** Nothing was compared: some document is no YAML. */
  readonly isUnreadable: boolean;
}

/** A sentence without what differs from one manifest to the next. */
const generalised = (words: string): string =>
  words
    .replace(/"[^"]*"|\[[^\]]*\]|\(.*\)/g, '…')
    .replace(/\d+/g, 'N')
    .slice(0, 100);

const nameOf = ({ labels, isHost }: JudgedEndpoint): string =>
  `${isHost ? 'host ' : ''}${Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',')}`;

const same = (a: readonly string[], b: readonly string[]): boolean =>
  JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());

interface PortAnswer {
  readonly redirect: string;
  readonly shadow: string;
}

/** What is said of each port. From 1.20 on one port may be there twice, as a rule that is written and as a default. */
function byPort({ ports }: JudgedEndpoint): ReadonlyMap<string, PortAnswer> {
  const found = new Map<string, { readonly redirects: Set<string>; readonly shadows: Set<string> }>();
  for (const { direction, port, redirect, shadow } of ports) {
    const key = `${direction} ${port}`;
    const known = found.get(key) ?? { redirects: new Set<string>(), shadows: new Set<string>() };
    if (redirect !== '') known.redirects.add(redirect);
    for (const reason of shadow) known.shadows.add(reason);
    found.set(key, known);
  }
  return new Map(
    [...found].map(([key, { redirects, shadows }]) => [
      key,
      { redirect: [...redirects].sort().join('+'), shadow: [...shadows].sort().join(' ') },
    ]),
  );
}

/** Compares with the one of our answers that agrees most. */
export function compareAny(oracle: Judged, ours: readonly Judged[]): Comparison {
  const [first, ...others] = ours.map((one) => compare(oracle, one));
  if (!first) throw new Error('there is no answer to compare with');
  return others.reduce(
    (best, other) => (other.disagreements.length < best.disagreements.length ? other : best),
    first,
  );
}

/** Compares what two sides say of the same manifests. */
export function compare(oracle: Judged, ours: Judged): Comparison {
  const asked: Record<Question, number> = {
    accept: 0,
    schema: 0,
    redirects: 0,
    conflict: 0,
    merge: 0,
    shadow: 0,
  };
  const disagreements: Disagreement[] = [];
  let panicked = 0;
  const ask = (question: Question, where: string, kind: string, a: string, b: string): boolean => {
    asked[question] += 1;
    if (a !== b) disagreements.push({ question, kind, where, oracle: a, ours: b });
    return a === b;
  };
  const document = (theirs: JudgedDocument, own: JudgedDocument | undefined, where: string): boolean => {
    const said = (side: JudgedDocument): string => (side.accepted ? 'accepted' : 'refused');
    // Nothing of the document is taken, as after a refusal.
    if (theirs.refusal.includes('panic in Cilium')) panicked += 1;
    const reason = `${generalised(theirs.refusal)} / ${generalised(own?.refusal ?? 'no such document')}`;
    if (!ask('accept', where, reason, said(theirs), own ? said(own) : 'absent') || !own) return false;
    const schema = (side: JudgedDocument): string =>
      side.schemaAccepted
        ? side.pruned.length === 0
          ? 'accepted'
          : `pruned ${side.pruned.join(' ')}`
        : 'refused';
    const faults = `${generalised(theirs.schemaFault)} / ${generalised(own.schemaFault)}`;
    ask('schema', where, faults, schema(theirs), schema(own));
    if (!theirs.accepted) return true;
    const [theirRedirects, ownRedirects] = [new Map(theirs.redirects), new Map(own.redirects)];
    for (const path of new Set([...theirRedirects.keys(), ...ownRedirects.keys()])) {
      const [to, ownTo] = [theirRedirects.get(path) ?? 'absent', ownRedirects.get(path) ?? 'absent'];
      if (to === panics) panicked += 1;
      ask('redirects', `${where} ${path}`, `${to || 'none'} / ${ownTo || 'none'}`, to, ownTo);
    }
    return true;
  };
  const endpoint = (theirs: JudgedEndpoint, own: JudgedEndpoint | undefined): void => {
    const where = nameOf(theirs);
    if (theirs.conflict === panics) {
      panicked += 1;
      return;
    }
    const said = (side: JudgedEndpoint | undefined): string =>
      side === undefined ? 'absent' : side.conflict === null ? 'merged' : 'breaks off';
    const reason = `${theirs.conflict ?? 'none'} / ${own ? (own.conflict ?? 'none') : 'absent'}`;
    if (!ask('conflict', where, reason, said(theirs), said(own)) || !own || theirs.conflict !== null) return;
    const [cilium, mine] = [byPort(theirs), byPort(own)];
    if (!same([...cilium.keys()], [...mine.keys()])) {
      const words = (ports: ReadonlyMap<string, PortAnswer>): string => [...ports.keys()].sort().join(', ');
      ask('merge', where, 'ports', words(cilium), words(mine));
      return;
    }
    for (const [key, port] of cilium) {
      const other = mine.get(key);
      if (!other) continue;
      const at = `${where} ${key}`;
      ask(
        'merge',
        at,
        `${port.redirect || 'none'} / ${other.redirect || 'none'}`,
        port.redirect,
        other.redirect,
      );
      if (port.redirect !== '' || port.shadow !== '' || other.shadow !== '')
        ask('shadow', at, `${port.shadow || 'none'} / ${other.shadow || 'none'}`, port.shadow, other.shadow);
    }
  };
  if (oracle.unreadable > 0) return { asked, disagreements, panics: 0, isUnreadable: true };
  // Of a set, merged answers can only agree where both sides merge the same policies.
  const sameMembers = oracle.documents
    .map((theirs, at) => document(theirs, ours.documents[at], `document ${at}`))
    .every(Boolean);
  if (ours.documents.length > oracle.documents.length)
    ask(
      'accept',
      'the whole',
      'more documents',
      String(oracle.documents.length),
      String(ours.documents.length),
    );
  if (sameMembers) {
    const own = new Map(ours.endpoints.map((found) => [nameOf(found), found]));
    for (const theirs of oracle.endpoints) endpoint(theirs, own.get(nameOf(theirs)));
  }
  return { asked, disagreements, panics: panicked, isUnreadable: false };
}
