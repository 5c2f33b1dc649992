import { acceptedPolicy } from './acceptedPolicy';
import type { DocumentText, ParsedDocument } from './documents';
import type { Finding, Range } from './finding';
import { judge, type JudgedFor } from './judge';
import { knownKinds, type ObjectKind } from './kinds';
import { meshFactOf, type MeshFact } from './mesh';
import { objectRules } from './objectRules';
import type { FoundObject } from './objects';
import { rangeOf } from './places';
import { objectsOf, policyOf } from './policies';
import type { AcceptedPolicy } from './policyWorld';
import { ciliumPolicyFindings } from './rules/ciliumPolicy';
import { deadAnnotations } from './rules/deadAnnotations';
import type { ObjectFinding } from './rules/rule';
import { templateNote, type PlacelessNote } from './templateNotes';

/** A finding whose lines count from the first of its document. */
export interface PlacelessFinding extends Omit<Finding, 'document' | 'related'> {
  readonly related?: readonly Range[];
}

/** What one document yields, wherever it stands: lines count from its own first. */
export interface DocumentAnalysis {
  readonly policies: number;
  readonly isUnreadable: boolean;
  readonly isBroken: boolean;
  readonly isTooDeep: boolean;
  readonly findings: readonly PlacelessFinding[];
  /** Policies to be seen together with those of other documents. */
  readonly accepted: readonly AcceptedPolicy[];
  readonly facts: readonly MeshFact[];
  readonly note: PlacelessNote | undefined;
}

/** The same place seen through several aliases is one finding, with the ports of all. */
function merged(findings: readonly PlacelessFinding[]): readonly PlacelessFinding[] {
  const places = new Map<string, PlacelessFinding>();
  for (const finding of findings) {
    const { line, character } = finding.range.start;
    const place = `${finding.code}:${line}:${character}`;
    const before = places.get(place);
    const ports = before ? [...new Set([...before.ports, ...finding.ports])] : finding.ports;
    places.set(place, { ...(before ?? finding), ports });
  }
  return [...places.values()].sort(
    ({ range: { start: a } }, { range: { start: b } }) => a.line - b.line || a.character - b.character,
  );
}

function placed(
  { key, related, ...rest }: ObjectFinding,
  document: ParsedDocument,
  policy: Finding['policy'],
  textHash: string,
): PlacelessFinding {
  return {
    ...rest,
    range: rangeOf(document, key),
    policy,
    textHash,
    ...(related && related.length > 0 ? { related: related.map((each) => rangeOf(document, each)) } : {}),
  };
}

interface ObjectAnalysis {
  readonly findings: readonly PlacelessFinding[];
  readonly accepted: readonly AcceptedPolicy[];
}

function analyseObject(
  object: FoundObject,
  number: number,
  source: DocumentText,
  hash: (text: string) => string,
  judgedFor: JudgedFor,
): ObjectAnalysis {
  const { document, kind, name, namespace } = object;
  const policy = policyOf(object);
  const judgement = policy && judge(policy, judgedFor);
  const found = judgement
    ? ciliumPolicyFindings(policy, judgement)
    : (objectRules[kind as ObjectKind]?.(object) ?? []);
  const textHash = found.length > 0 ? hash(object.normalised()) : '';
  return {
    findings: found.map((finding) => placed(finding, document, { kind, name, namespace }, textHash)),
    accepted:
      policy && judgement?.accepted
        ? [acceptedPolicy({ source, number, policy, hash }, judgement.accepted)]
        : [],
  };
}

const isPolicy = ({ kind }: FoundObject): boolean =>
  kind === 'rule' || (Object.hasOwn(knownKinds, kind) && knownKinds[kind as ObjectKind].isPolicy);

/** Reads one document by itself. */
export function analyseDocument(
  document: DocumentText,
  hash: (text: string) => string,
  judgedFor: JudgedFor,
): DocumentAnalysis {
  const { objects, documents, isUnreadable, isBroken, isTooDeep } = objectsOf(document);
  const dead = documents.flatMap((each) =>
    deadAnnotations(each).map(({ policy, finding }) => placed(finding, each, policy, hash(each.text))),
  );
  const analysed = objects.map((object, number) => analyseObject(object, number, document, hash, judgedFor));
  return {
    policies: objects.filter(isPolicy).length,
    isUnreadable,
    isBroken,
    isTooDeep,
    findings: merged([...analysed.flatMap(({ findings }) => findings), ...dead]),
    accepted: analysed.flatMap(({ accepted }) => accepted),
    facts: objects.flatMap((object) => meshFactOf(object) ?? []),
    note: templateNote(document, objects),
  };
}
