import { isMap, isPair, isScalar, isSeq } from 'yaml';
import type { ParsedDocument } from './documents';
import { patchStepOf } from './jsonPatch';
import { knownKind } from './kinds';
import { limits } from './limits';
import { nodeReader } from './nodes';
import { objectOf, type FoundObject } from './objects';
import { documentsInBlock } from './textBlocks';

/** The objects of a document, in whatever they are wrapped. */
export interface FoundObjects {
  readonly objects: readonly FoundObject[];
  /** The document itself, and those in its blocks of text. */
  readonly documents: readonly ParsedDocument[];
}

/** What a kustomization's patch changes. */
interface PatchTarget {
  readonly kind: string | undefined;
  readonly name: string;
  readonly namespace: string | null;
}

interface Place {
  readonly depth: number;
  /** Its number in a list, from 1. */
  readonly number: number;
  /** Inside of an object that is none of ours: what looks like an object there may be a reference to one. */
  readonly isNested: boolean;
  readonly isPatch: boolean;
  readonly target?: PatchTarget | undefined;
}

const top: Place = { depth: 0, number: 1, isNested: false, isPatch: false };
const deepestPlace = 60;
/** Prose, copies of what was applied before, and schemas: objects in them are none of the document's. */
const skippedKeys = /^(?:annotations|description|status|managedFields|openAPIV3Schema|schema)$/;
const skippedKinds = /^CustomResourceDefinition$/;

/**
 * The objects of a document: itself, in Lists, in the bare rule form of Cilium's agent, nested in the values of a Helm
 * release and the like, in blocks of text, and what patches put into one. Time and memory are bounded.
 */
export function findObjects(document: ParsedDocument): FoundObjects {
  const objects: FoundObject[] = [];
  const documents: ParsedDocument[] = [];
  let nodesLeft: number = limits.nodes;
  let blocksLeft: number = limits.textBlocks;

  const search = (within: ParsedDocument, start: Place): void => {
    documents.push(within);
    const source = within.source !== within.text && within.addedIndent.size === 0 ? within.source : undefined;
    const read = nodeReader(within.yaml, source === undefined ? {} : { source });
    const readRule = nodeReader(within.yaml, { ignoreCase: true });

    const searchBlock = (node: unknown, place: Place): void => {
      if (blocksLeft <= 0) return;
      const found = documentsInBlock(within, node);
      if (found.length > 0) blocksLeft -= 1;
      for (const inner of found) search(inner, { ...place, number: 1, isNested: false });
    };

    const patchStep = (node: unknown, { target }: Place): boolean => {
      const step = patchStepOf(read, node);
      if (!step) return false;
      const putsPorts =
        /\/toPorts(?:\/|$)/.test(step.path) || read.entry(read.value(node, 'value'), 'toPorts');
      const kind = target?.kind ?? (putsPorts ? 'CiliumNetworkPolicy' : undefined);
      const known = knownKind(kind, undefined);
      if (known === undefined) return true;
      const object = objectOf(within, read, step.node, known, true);
      objects.push(
        target
          ? { ...object, name: object.name || target.name, namespace: object.namespace ?? target.namespace }
          : object,
      );
      return true;
    };

    const targetOf = (node: unknown): PatchTarget | undefined => {
      const target = read.value(node, 'target');
      if (!read.map(target)) return undefined;
      return {
        kind: read.text(read.value(target, 'kind')),
        name: read.text(read.value(target, 'name')) ?? '',
        namespace: read.text(read.value(target, 'namespace')) ?? null,
      };
    };

    const visitChildren = (node: unknown, place: Place): void => {
      if (!isMap(node)) return;
      const target = read.entry(node, 'patch') ? targetOf(node) : undefined;
      for (const pair of node.items) {
        if (!isPair(pair) || !isScalar(pair.key)) continue;
        const key = String(pair.key.value);
        if (skippedKeys.test(key)) continue;
        const isPatch = place.isPatch || /^patch(?:es|esStrategicMerge|esJson6902)?$/.test(key);
        visit(pair.value, {
          depth: place.depth + 1,
          number: 1,
          isNested: true,
          isPatch,
          target: target ?? place.target,
        });
      }
    };

    const visit = (node: unknown, place: Place): void => {
      nodesLeft -= 1;
      if (nodesLeft <= 0 || place.depth > deepestPlace) return;
      if (isScalar(node)) {
        searchBlock(node, place);
        return;
      }
      // Aliases are followed in Lists alone: elsewhere what they stand for is found where it stands.
      const items = place.isNested ? (isSeq(node) ? node.items : undefined) : read.items(node);
      if (items) {
        items.forEach((item, at) => {
          visit(item, { ...place, depth: place.depth + 1, number: at + 1 });
        });
        return;
      }
      if (place.isNested ? !isMap(node) : !read.map(node)) return;
      const kind = read.text(read.value(node, 'kind'));
      const apiVersion = read.text(read.value(node, 'apiVersion'));
      const known = knownKind(kind, apiVersion);
      const isWhole =
        apiVersion !== undefined &&
        ['spec', 'specs', 'metadata'].some((key) => read.map(read.value(node, key)) !== undefined);
      if (known !== undefined && (!place.isNested || isWhole)) {
        objects.push(objectOf(within, read, node, known, place.isPatch));
        return;
      }
      if (kind?.endsWith('List') === true) {
        const list = read.value(node, 'items');
        if (read.items(list)) visit(list, { ...place, depth: place.depth + 1 });
        return;
      }
      if (kind === undefined && apiVersion === undefined) {
        if (patchStep(node, place)) return;
        if (!place.isNested && readRule.map(readRule.value(node, 'endpointSelector'))) {
          objects.push({
            ...objectOf(within, readRule, node, 'rule', false),
            name: `rule ${place.number}`,
            namespace: null,
          });
          return;
        }
      }
      if (kind === undefined || (knownKind(kind, undefined) === undefined && !skippedKinds.test(kind)))
        visitChildren(node, place);
    };

    if (within.yaml.contents) visit(within.yaml.contents, start);
  };
  search(document, top);
  return { objects, documents };
}
