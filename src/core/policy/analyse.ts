import { analyseDocument, type DocumentAnalysis, type PlacelessFinding } from './analyseDocument';
import { documentsIn, type DocumentText } from './documents';
import type { Analysis, Finding } from './finding';
import { limits, refusalOf, tooDeep, tooManyDocuments } from './limits';
import { settle, type Mesh, type MeshMode } from './mesh';
import { movedTo } from './places';
import { sha256 } from './sha256';
import { partsOf, type TextPart } from './splitText';

/** The documents between two separators; lines count from the first of the part. */
type PartAnalysis = readonly { readonly firstLine: number; readonly analysis: DocumentAnalysis }[];

/**
 * What is known of the parts of one text, by their text. Hand the same one to every analysis of a text that is being typed,
 * and only the part that changed is read again. It holds the last text's parts and no others.
 */
export type AnalysisCache = Map<string, PartAnalysis>;
export const createAnalysisCache = (): AnalysisCache => new Map<string, PartAnalysis>();

export interface AnalyseOptions {
  /** SHA-256 in hexadecimal; a native one is faster than the one that is used otherwise. Always the same one for a cache. */
  readonly hash?: (text: string) => string;
  readonly cache?: AnalysisCache;
  /** How Istio takes part in the cluster that the text is for, where that is known. */
  readonly mesh?: MeshMode;
}

function analysePart({ text }: TextPart, hash: (text: string) => string): PartAnalysis {
  return documentsIn({ text, firstLine: 0 }).map((document) => ({
    firstLine: document.firstLine,
    analysis: analyseDocument({ ...document, index: 0 }, hash),
  }));
}

type PlacedAnalysis = Pick<DocumentText, 'index' | 'firstLine'> & { readonly analysis: DocumentAnalysis };

function placed({ related, ...finding }: PlacelessFinding, document: PlacedAnalysis): Finding {
  return {
    ...finding,
    range: movedTo(finding.range, document),
    document: document.index,
    ...(related
      ? {
          related: related.map((range) => ({
            document: document.index,
            range: movedTo(range, document),
            policy: finding.policy,
          })),
        }
      : {}),
  };
}

function skippedOf(documents: readonly PlacedAnalysis[]): string | undefined {
  const deep = documents.find(({ analysis }) => analysis.isTooDeep);
  if (deep) return tooDeep(deep.firstLine + 1);
  const broken = documents.find(({ analysis }) => analysis.isBroken);
  if (!broken) return undefined;
  return `${broken.analysis.isUnreadable ? '' : 'a part of '}the document at line ${broken.firstLine + 1} is not YAML`;
}

function assembled(documents: readonly PlacedAnalysis[], mode: MeshMode | undefined): Analysis {
  const mesh: Mesh = { mode, facts: documents.flatMap(({ analysis }) => analysis.facts) };
  const notes = documents
    .flatMap((document) => {
      const { note } = document.analysis;
      return note ? [{ ...note, range: movedTo(note.range, document), document: document.index }] : [];
    })
    .slice(0, limits.notes);
  return {
    documents: documents.length,
    policies: documents.reduce((sum, { analysis }) => sum + analysis.policies, 0),
    findings: documents.flatMap((document) =>
      document.analysis.findings.flatMap((finding) => {
        const settled = settle(finding, mesh);
        return settled ? [placed(settled, document)] : [];
      }),
    ),
    ...(notes.length > 0 ? { notes } : {}),
  };
}

/**
 * {@link analyse} in steps: between two of them, whoever drains it may let others have the thread. One document is one step
 * at most.
 */
export function* analyseInSteps(
  text: string,
  { hash = sha256, cache, mesh }: AnalyseOptions = {},
): Generator<undefined, Analysis> {
  const refusal = refusalOf(text);
  if (refusal !== undefined) {
    cache?.clear();
    return { documents: 0, policies: 0, findings: [], skipped: refusal };
  }
  const known: AnalysisCache = new Map();
  const documents: PlacedAnalysis[] = [];
  let skipped: string | undefined;
  for (const part of partsOf(text)) {
    if (documents.length >= limits.documents) {
      skipped = tooManyDocuments(part.firstLine + 1);
      break;
    }
    const before = cache?.get(part.text) ?? known.get(part.text);
    const found = before ?? analysePart(part, hash);
    if (part.text !== '') known.set(part.text, found);
    for (const { firstLine, analysis } of found)
      documents.push({ index: documents.length, firstLine: part.firstLine + firstLine, analysis });
    if (!before) yield;
  }
  if (cache) {
    cache.clear();
    for (const [partText, analysis] of known) cache.set(partText, analysis);
  }
  skipped ??= skippedOf(documents);
  return { ...assembled(documents, mesh), ...(skipped === undefined ? {} : { skipped }) };
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
