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
  /** Answers of the oracle that are none, since the agent panics. */
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
    if (theirs.refusal.includes('panic in Cilium')) {
      panicked += 1;
      return false;
    }
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
    const redirects = new Map(own.redirects);
    for (const [path, to] of theirs.redirects) {
      if (to === panics) panicked += 1;
      else
        ask(
          'redirects',
          `${where} ${path}`,
          `${to || 'none'} / ${redirects.get(path) ?? 'absent'}`,
          to,
          redirects.get(path) ?? 'absent',
        );
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
    const keyOf = ({ direction, port }: { direction: string; port: string }): string =>
      `${direction} ${port}`;
    const mine = new Map(own.ports.map((port) => [keyOf(port), port]));
    const keys = theirs.ports.map(keyOf);
    if (!same(keys, [...mine.keys()])) {
      ask('merge', where, 'ports', [...keys].sort().join(', '), [...mine.keys()].sort().join(', '));
      return;
    }
    for (const port of theirs.ports) {
      const other = mine.get(keyOf(port));
      if (!other) continue;
      const at = `${where} ${keyOf(port)}`;
      ask(
        'merge',
        at,
        `${port.redirect || 'none'} / ${other.redirect || 'none'}`,
        port.redirect,
        other.redirect,
      );
      const [a, b] = [port.shadow.join(' '), [...other.shadow].sort().join(' ')];
      if (port.redirect !== '' || a !== '' || b !== '')
        ask('shadow', at, `${a || 'none'} / ${b || 'none'}`, a, b);
    }
  };
  if (oracle.unreadable > 0) return { asked, disagreements, panics: 0, isUnreadable: true };
  // Of a set, merged answers can only agree where both sides merge the same policies.
  const sameMembers = oracle.documents
    .map((theirs, at) => document(theirs, ours.documents[at], `document ${at}`))
    .every(Boolean);
  if (sameMembers) {
    const own = new Map(ours.endpoints.map((found) => [nameOf(found), found]));
    for (const theirs of oracle.endpoints) endpoint(theirs, own.get(nameOf(theirs)));
  }
  return { asked, disagreements, panics: panicked, isUnreadable: false };
}
