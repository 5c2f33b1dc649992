import { isScalar, Scalar } from 'yaml';
import { documentsIn, parseAsIs, type ParsedDocument } from './documents';
import { partsOf } from './splitText';

const holdsObject = /^\s*(?:- +)?["']?(?:kind|apiVersion|op)["']?\s*:|^\s*[[{]/m;

/**
 * The documents in a block of text (`|`): a manifest in a ConfigMap, a patch in a kustomization. Nothing for a text that is
 * no YAML, being something else.
 */
export function documentsInBlock(outer: ParsedDocument, node: unknown): readonly ParsedDocument[] {
  if (!isScalar(node) || node.type !== Scalar.BLOCK_LITERAL || !node.range || outer.addedIndent.size > 0)
    return [];
  if (typeof node.value !== 'string' || !holdsObject.test(node.value)) return [];
  const [start, end] = node.range;
  const header = outer.lines.linePos(start).line;
  // The offset at its end may be the start of the line after it.
  const below = outer.lines.linePos(Math.max(end - 1, start)).line;
  const lines = outer.source.split('\n').slice(header, below);
  const indent = /^ */.exec(lines.find((line) => line.trim() !== '') ?? '')?.[0].length ?? 0;
  // Each line with its end, so that none ends in a lone carriage return.
  const text = lines.map((line) => `${line.slice(indent)}\n`).join('');
  return partsOf(text)
    .flatMap(documentsIn)
    .flatMap((part) => {
      const inside = {
        line: (outer.inside?.line ?? 0) + header + part.firstLine,
        character: (outer.inside?.character ?? 0) + indent,
      };
      const parsed = parseAsIs({ ...part, index: outer.index, firstLine: outer.firstLine });
      return parsed && parsed.yaml.errors.length === 0 ? [{ ...parsed, inside }] : [];
    });
}
