import type { Scalar } from 'yaml';
import { documentsOf, type DocumentText, type ParsedDocument } from './documents';
import { selectedEndpoints } from './endpoints';
import type { Analysis, Finding, Position, Range } from './finding';
import { findPolicies, portRulesOf, type FoundPolicy } from './policies';
import { rules } from './registry';
import type { CiliumVersion } from './semantics/model';
import { sha256 } from './sha256';

/** A finding whose lines count from the first of its document. */
type PlacelessFinding = Omit<Finding, 'document'>;

/** What one document yields, wherever it stands: lines count from its own first. */
interface DocumentAnalysis {
  readonly policies: number;
  readonly isUnreadable: boolean;
  readonly isBroken: boolean;
  readonly findings: readonly PlacelessFinding[];
}

/**
 * What is known of the documents of one text, by their text. Hand the same one to every analysis of a text that is being
 * typed, and only the document that changed is read again. It holds the last text's documents and no others.
 */
export type AnalysisCache = Map<string, DocumentAnalysis>;
export const createAnalysisCache = (): AnalysisCache => new Map<string, DocumentAnalysis>();

export interface AnalyseOptions {
  /** SHA-256 in hexadecimal; a native one is faster than the one that is used otherwise. Always the same one for a cache. */
  readonly hash?: (text: string) => string;
  readonly cache?: AnalysisCache;
  /** The Cilium version that is judged for; the newest one unless said otherwise. Always the same one for a cache. */
  readonly version?: CiliumVersion;
}

/** Where a key stands in its document. */
export function rangeOf({ lines, addedIndent }: ParsedDocument, key: Scalar): Range {
  const [start, end] = key.range ?? [0, 0];
  const position = (offset: number): Position => {
    const found = lines.linePos(offset);
    const line = Math.max(found.line - 1, 0);
    return { line, character: Math.max(found.col - 1 - (addedIndent.get(line) ?? 0), 0) };
  };
  return { start: position(start), end: position(end) };
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
  return [...places.values()];
}

function findingsOf(policy: FoundPolicy, hash: (text: string) => string): readonly PlacelessFinding[] {
  const { read, document, kind, name, namespace } = policy;
  let textHash: string | undefined;
  return portRulesOf(policy).flatMap((portRule) =>
    rules.flatMap((rule) =>
      rule(portRule, read).map(({ key, ...rest }) => ({
        ...rest,
        range: rangeOf(document, key),
        policy: { kind, name, namespace },
        direction: portRule.direction,
        ports: portRule.ports,
        endpoints: selectedEndpoints(read, portRule.spec),
        textHash: (textHash ??= hash(policy.normalised())),
      })),
    ),
  );
}

function analyseDocument(document: DocumentText, hash: (text: string) => string): DocumentAnalysis {
  const { policies, isUnreadable, isBroken } = findPolicies(document);
  return {
    policies: policies.length,
    isUnreadable,
    isBroken,
    findings: merged(policies.flatMap((policy) => findingsOf(policy, hash))),
  };
}

function placed(finding: PlacelessFinding, { index, firstLine }: DocumentText): Finding {
  const moved = ({ line, character }: Position): Position => ({ line: line + firstLine, character });
  const { start, end } = finding.range;
  return { ...finding, range: { start: moved(start), end: moved(end) }, document: index };
}

/**
 * Finds what the Cilium policies in a text cost. Templates, Lists and half-typed text are read as far as they go; it never
 * throws for what a text holds. Findings come in the order of the text's documents.
 */
export function analyse(text: string, { hash = sha256, cache }: AnalyseOptions = {}): Analysis {
  const analysed = documentsOf(text).map((document) => ({
    document,
    analysis: cache?.get(document.text) ?? analyseDocument(document, hash),
  }));
  if (cache) {
    cache.clear();
    for (const { document, analysis } of analysed) cache.set(document.text, analysis);
  }
  const broken = analysed.find(({ analysis }) => analysis.isBroken);
  return {
    documents: analysed.length,
    policies: analysed.reduce((sum, { analysis }) => sum + analysis.policies, 0),
    findings: analysed.flatMap(({ document, analysis }) =>
      analysis.findings.map((finding) => placed(finding, document)),
    ),
    ...(broken
      ? {
          skipped: `${broken.analysis.isUnreadable ? '' : 'a part of '}the document at line ${broken.document.firstLine + 1} is not YAML`,
        }
      : {}),
  };
}
