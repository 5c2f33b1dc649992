import { analyseDocument, type DocumentAnalysis, type PlacelessFinding } from './analyseDocument';
import { documentsIn, type DocumentText } from './documents';
import type { Analysis, Finding, Note } from './finding';
import { limits, refusalOf, tooDeep, tooManyDocuments } from './limits';
import { settle, type Mesh, type MeshMode } from './mesh';
import type { JudgedFor, L7Proxy } from './judge';
import { movedTo } from './places';
import { newestCilium, type CiliumVersion } from './semantics/model';
import { sha256 } from './sha256';
import { partsOf, type TextPart } from './splitText';

/** The documents between two separators; lines count from the first of the part. */
type PartDocuments = readonly { readonly firstLine: number; readonly analysis: DocumentAnalysis }[];

/** A part where it stands in the text: its first document and its first line. */
interface KnownPart {
  readonly documents: PartDocuments;
  readonly index: number;
  readonly firstLine: number;
  readonly findings: readonly Finding[];
  readonly notes: readonly Note[];
}

/**
 * What is known of the parts of one text, by their text. Hand the same one to every analysis of a text that is being typed,
 * and only the part that changed is read again. It holds the last text's parts and no others.
 */
export type AnalysisCache = Map<string, KnownPart>;
export const createAnalysisCache = (): AnalysisCache => new Map<string, KnownPart>();

export interface AnalyseOptions {
  /** SHA-256 in hexadecimal; a native one is faster than the one that is used otherwise. Always the same one for a cache. */
  readonly hash?: (text: string) => string;
  readonly cache?: AnalysisCache;
  /** The Cilium version that is judged for; the newest one unless said otherwise. Always the same one for a cache. */
  readonly version?: CiliumVersion;
  /** Whether the target serves L7 rules; it does unless said otherwise. Always the same for a cache. */
  readonly l7Proxy?: L7Proxy;
  /** How Istio takes part in the cluster that the text is for, where that is known. */
  readonly mesh?: MeshMode;
}

function analysePart(
  { text }: TextPart,
  hash: (text: string) => string,
  judgedFor: JudgedFor,
): PartDocuments {
  return documentsIn({ text, firstLine: 0 }).map((document) => ({
    firstLine: document.firstLine,
    analysis: analyseDocument({ ...document, index: 0 }, hash, judgedFor),
  }));
}

type Place = Pick<DocumentText, 'index' | 'firstLine'>;

function placed({ related, ...finding }: PlacelessFinding, place: Place): Finding {
  const document = place.index;
  const { policy } = finding;
  return {
    ...finding,
    range: movedTo(finding.range, place),
    document,
    ...(related
      ? { related: related.map((range) => ({ document, range: movedTo(range, place), policy })) }
      : {}),
  };
}

/** The part with its findings where they are in the text. */
function placedPart(documents: PartDocuments, index: number, firstLine: number): KnownPart {
  const places = documents.map((document, at) => ({
    ...document.analysis,
    place: { index: index + at, firstLine: firstLine + document.firstLine },
  }));
  return {
    documents,
    index,
    firstLine,
    findings: places.flatMap(({ findings, place }) => findings.map((finding) => placed(finding, place))),
    notes: places.flatMap(({ note, place }) =>
      note ? [{ ...note, range: movedTo(note.range, place), document: place.index }] : [],
    ),
  };
}

function skippedOf(parts: readonly KnownPart[]): string | undefined {
  const documents = parts.flatMap((part) =>
    part.documents.flatMap(({ firstLine, analysis }) =>
      analysis.isTooDeep || analysis.isBroken ? [{ line: part.firstLine + firstLine + 1, analysis }] : [],
    ),
  );
  const deep = documents.find(({ analysis }) => analysis.isTooDeep);
  if (deep) return tooDeep(deep.line);
  const [broken] = documents;
  if (!broken) return undefined;
  return `${broken.analysis.isUnreadable ? '' : 'a part of '}the document at line ${broken.line} is not YAML`;
}

function assembled(parts: readonly KnownPart[], mode: MeshMode | undefined): Analysis {
  const facts = parts.flatMap(({ documents }) => documents.flatMap(({ analysis }) => analysis.facts));
  const mesh: Mesh = { mode, facts };
  const notes = parts.flatMap((part) => part.notes).slice(0, limits.notes);
  const policies = parts.reduce(
    (sum, { documents }) => documents.reduce((inPart, { analysis }) => inPart + analysis.policies, sum),
    0,
  );
  return {
    documents: parts.reduce((sum, { documents }) => sum + documents.length, 0),
    policies,
    findings: parts.flatMap(({ findings }) => findings.flatMap((finding) => settle(finding, mesh) ?? [])),
    ...(notes.length > 0 ? { notes } : {}),
  };
}

/**
 * {@link analyse} in steps: between two of them, whoever drains it may let others have the thread. One document is one step
 * at most.
 */
export function* analyseInSteps(
  text: string,
  { hash = sha256, cache, version = newestCilium, l7Proxy = null, mesh }: AnalyseOptions = {},
): Generator<undefined, Analysis> {
  const refusal = refusalOf(text);
  if (refusal !== undefined) {
    cache?.clear();
    return { documents: 0, policies: 0, findings: [], skipped: refusal };
  }
  const known: AnalysisCache = new Map();
  const parts: KnownPart[] = [];
  let skipped: string | undefined;
  let index = 0;
  for (const part of partsOf(text)) {
    if (index >= limits.documents) {
      skipped = tooManyDocuments(part.firstLine + 1);
      break;
    }
    const before = cache?.get(part.text) ?? known.get(part.text);
    const isInPlace = before?.index === index && before.firstLine === part.firstLine;
    const found = isInPlace
      ? before
      : placedPart(before?.documents ?? analysePart(part, hash, { version, l7Proxy }), index, part.firstLine);
    if (part.text !== '') known.set(part.text, found);
    parts.push(found);
    index += found.documents.length;
    if (!before) yield;
  }
  if (cache) {
    cache.clear();
    for (const [partText, found] of known) cache.set(partText, found);
  }
  skipped ??= skippedOf(parts);
  return { ...assembled(parts, mesh), ...(skipped === undefined ? {} : { skipped }) };
}

/**
 * Finds what the network policies in a text cost, and the other objects that send traffic through a proxy. Templates, Lists,
 * patches and half-typed text are read as far as they go; it never throws for what a text holds, and time and memory are
 * bounded. Findings come in the order of the text's documents.
 */
export function analyse(text: string, options: AnalyseOptions = {}): Analysis {
  const steps = analyseInSteps(text, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
