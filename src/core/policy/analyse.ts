import type { Scalar } from 'yaml';
import type { ParsedDocument } from './documents';
import { selectedEndpoints } from './endpoints';
import type { Analysis, Finding, Position, Range } from './finding';
import { findPolicies, portRulesOf, type FoundPolicy } from './policies';
import { rules } from './registry';
import { sha256 } from './sha256';

export interface AnalyseOptions {
  /** SHA-256 in hexadecimal; a native one is faster than the one that is used otherwise. */
  readonly hash?: (text: string) => string;
}

/** Where a key stands in the whole text. */
export function rangeOf({ lines, firstLine }: ParsedDocument, key: Scalar): Range {
  const [start, end] = key.range ?? [0, 0];
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: firstLine + Math.max(line - 1, 0), character: Math.max(col - 1, 0) };
  };
  return { start: position(start), end: position(end) };
}

function findingsOf(policy: FoundPolicy, hash: (text: string) => string): readonly Finding[] {
  const { read, document, kind, name, namespace } = policy;
  let textHash: string | undefined;
  return portRulesOf(policy).flatMap((portRule) =>
    rules.flatMap((rule) =>
      rule(portRule, read).map(({ key, ...rest }): Finding => ({
        ...rest,
        range: rangeOf(document, key),
        document: document.index,
        policy: { kind, name, namespace },
        direction: portRule.direction,
        ports: portRule.ports,
        endpoints: selectedEndpoints(read, portRule.spec),
        textHash: (textHash ??= hash(policy.normalised())),
      })),
    ),
  );
}

/**
 * Finds what the Cilium policies in a text cost. Templates, Lists and half-typed text are read as far as they go; it never
 * throws for what a text holds. Findings come in the order of the text's documents.
 */
export function analyse(text: string, { hash = sha256 }: AnalyseOptions = {}): Analysis {
  const { documents, parsed, policies } = findPolicies(text);
  const unread = parsed.filter(
    (document) => document.yaml.errors.length > 0 && !policies.some((policy) => policy.document === document),
  );
  const [first] = unread;
  return {
    documents: documents.length,
    policies: policies.length,
    findings: policies.flatMap((policy) => findingsOf(policy, hash)),
    ...(first ? { skipped: `the document at line ${first.firstLine + 1} is not YAML` } : {}),
  };
}
