import type { Document } from 'yaml';
import type { DocumentText, ParsedDocument } from './documents';
import type { NodeReader } from './nodes';
import { normalisedPolicy } from './normalise';
import { jsonOf } from './plainJson';

/** A Kubernetes object found in a text, or a patch of one. */
export interface FoundObject {
  readonly document: ParsedDocument;
  readonly read: NodeReader;
  readonly node: unknown;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | null;
  /** A patch: what is not here may stand in the object that it changes. */
  readonly isPatch: boolean;
  readonly normalised: () => string;
  /** The object as plain JSON, anchors and merges resolved; undefined where aliases would make it grow without bound. */
  readonly json: () => unknown;
}

function normalisedOnce(node: unknown, document: Document, source: DocumentText): () => string {
  let text: string | undefined;
  return () => (text ??= normalisedPolicy(node, document) ?? source.text);
}

/** The object that a map node describes. */
export function objectOf(
  document: ParsedDocument,
  read: NodeReader,
  node: unknown,
  kind: string,
  isPatch: boolean,
): FoundObject {
  const metadata = read.value(node, 'metadata');
  return {
    document,
    read,
    node,
    kind,
    name: read.text(read.value(metadata, 'name')) ?? '',
    namespace: read.text(read.value(metadata, 'namespace')) ?? null,
    isPatch,
    normalised: normalisedOnce(node, document.yaml, document),
    json: () => jsonOf(node, document.yaml),
  };
}

/** The annotations of an object. */
export const annotationsOf = ({ read, node }: FoundObject): unknown =>
  read.value(read.value(node, 'metadata'), 'annotations');
