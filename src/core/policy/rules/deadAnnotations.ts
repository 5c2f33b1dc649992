import type { Scalar } from 'yaml';
import { isAlias, isMap, isPair, isScalar, isSeq } from 'yaml';
import type { ParsedDocument } from '../documents';
import { limits } from '../limits';
import type { ObjectFinding } from './rule';

/** Who carries the annotation, as far as it says. */
export interface AnnotationFinding {
  readonly policy: { readonly kind: string; readonly name: string; readonly namespace: string | null };
  readonly finding: ObjectFinding;
}

/** Annotations that Cilium reads no more, with the version that stopped (`pkg/annotation/k8s.go`, `operations/upgrade.rst`). */
const removedIn: ReadonlyMap<string, string> = new Map([
  ['policy.cilium.io/proxy-visibility', '1.17'],
  ['io.cilium.proxy-visibility', '1.17'],
]);
const docs = 'https://docs.cilium.io/en/stable/observability/visibility/';
const deepest = 100;
const nobody = { kind: '', name: '', namespace: null } as const;

const textOf = (map: unknown, key: string): string | undefined => {
  const value = isMap(map) ? map.get(key) : undefined;
  return typeof value === 'string' ? value : undefined;
};

function findingOf(key: Scalar, annotation: string, removed: string): ObjectFinding {
  return {
    code: 'annotation-dead',
    severity: 'info',
    protocol: null,
    direction: null,
    ports: [],
    endpoints: [],
    rules: 0,
    tags: [],
    docs,
    key,
    reason: 'removed',
    detail: { annotation, since: removed },
  };
}

/** The annotation that a step of a JSON patch sets: the key is in its path. */
function patchedAnnotation(value: unknown): string | undefined {
  const [, name] = /\/annotations\/([^/]+)$/.exec(typeof value === 'string' ? value : '') ?? [];
  return name?.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** The dead annotations of a document, on any object, on pod templates, in patches and in values. */
export function deadAnnotations({ text, yaml }: ParsedDocument): readonly AnnotationFinding[] {
  if (!text.includes('proxy-visibility')) return [];
  const found: AnnotationFinding[] = [];
  let left: number = limits.nodes;
  const visit = (node: unknown, under: string, owner: AnnotationFinding['policy'], depth: number): void => {
    left -= 1;
    if (left <= 0 || depth > deepest || isAlias(node)) return;
    if (isSeq(node)) {
      for (const item of node.items) visit(item, under, owner, depth + 1);
      return;
    }
    if (!isMap(node)) return;
    const kind = textOf(node, 'kind');
    const metadata = node.get('metadata');
    const self =
      kind !== undefined && isMap(metadata)
        ? { kind, name: textOf(metadata, 'name') ?? '', namespace: textOf(metadata, 'namespace') ?? null }
        : owner;
    for (const pair of node.items) {
      if (!isPair(pair) || !isScalar(pair.key)) continue;
      const name = String(pair.key.value);
      const removed = removedIn.get(name);
      if (removed !== undefined && /annotations$/i.test(under))
        found.push({ policy: self, finding: findingOf(pair.key, name, removed) });
      if (name === 'path' && isScalar(pair.value)) {
        const patched = patchedAnnotation(pair.value.value) ?? '';
        const since = removedIn.get(patched);
        if (since !== undefined) found.push({ policy: self, finding: findingOf(pair.value, patched, since) });
      }
      visit(pair.value, name, self, depth + 1);
    }
  };
  visit(yaml.contents, '', nobody, 0);
  return found;
}
