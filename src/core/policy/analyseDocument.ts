import { acceptedPolicy } from './acceptedPolicy';
import type { DocumentText, ParsedDocument } from './documents';
import type { Finding, Range } from './finding';
import { heldObject, textHashOf } from './heldObject';
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
export interface PlacelessFinding extends Omit<Finding, 'document' | 'related' | 'textHash'> {
  readonly related?: readonly Range[];
  /** The finding's `textHash`. */
  readonly hashText: () => string;
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
    places.set(
      place,
      before ? { ...before, ports: [...new Set([...before.ports, ...finding.ports])] } : finding,
    );
  }
  return [...places.values()].sort(
    ({ range: { start: a } }, { range: { start: b } }) => a.line - b.line || a.character - b.character,
  );
}

/** Written out: taking fields out of an object and copying the others is slow. */
function placed(
  finding: ObjectFinding,
  document: ParsedDocument,
  policy: Finding['policy'],
  hashText: () => string,
): PlacelessFinding {
  const { reason, detail, related } = finding;
  return {
    code: finding.code,
    severity: finding.severity,
    range: rangeOf(document, finding.key),
    policy,
    protocol: finding.protocol,
    direction: finding.direction,
    ports: finding.ports,
    endpoints: finding.endpoints,
    rules: finding.rules,
    tags: finding.tags,
    docs: finding.docs,
    hashText,
    ...(reason === undefined ? {} : { reason }),
    ...(detail === undefined ? {} : { detail }),
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
  const held = heldObject(source, number, object);
  const hashText = textHashOf(held, hash);
  return {
    findings: found.map((finding) => placed(finding, document, { kind, name, namespace }, hashText)),
    accepted:
      policy && judgement?.accepted ? [acceptedPolicy(policy, judgement.accepted, held, hashText)] : [],
  };
}

const isPolicy = ({ kind }: FoundObject): boolean =>
  kind === 'rule' || (Object.hasOwn(knownKinds, kind) && knownKinds[kind as ObjectKind].isPolicy);

function hashOnce(text: string, hash: (text: string) => string): () => string {
  let found: string | undefined;
  return () => (found ??= hash(text));
}

/** Reads one document by itself. */
export function analyseDocument(
  document: DocumentText,
  hash: (text: string) => string,
  judgedFor: JudgedFor,
): DocumentAnalysis {
  const { objects, documents, isUnreadable, isBroken, isTooDeep } = objectsOf(document);
  const dead = documents.flatMap((each) =>
    deadAnnotations(each).map(({ policy, finding }) =>
      placed(finding, each, policy, hashOnce(each.text, hash)),
    ),
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
