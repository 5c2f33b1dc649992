/**
 * Nodes of the `yaml` package as its constructors make them, several times faster: those define the kind of each node by a call,
 * here it stands in the prototype.
 */
import { Document, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';

/** By which the package tells its nodes apart (`nodes/identity.ts` of 2.x). */
const nodeType = Symbol.for('yaml.node.type');

class QuickScalar {
  range: [number, number, number];
  constructor(
    public value: unknown,
    public source: string,
    public type: Scalar.Type,
    start: number,
    end: number,
  ) {
    this.range = [start, end, end];
  }
}

class QuickCollection {
  items: unknown[] = [];
  range: [number, number, number];
  constructor(
    public flow: boolean,
    start: number,
  ) {
    this.range = [start, start, start];
  }
}
class QuickMap extends QuickCollection {}
class QuickList extends QuickCollection {}

class QuickPair {
  constructor(
    public key: Scalar,
    public value: unknown,
  ) {}
}

/** Makes what the class constructs a node of the package. */
function standsFor(
  made: { readonly prototype: object },
  library: { readonly prototype: object },
  kind: string,
): void {
  Object.setPrototypeOf(made.prototype, library.prototype);
  Object.defineProperty(made.prototype, nodeType, { value: Symbol.for(kind) });
}
standsFor(QuickScalar, Scalar, 'yaml.scalar');
standsFor(QuickMap, YAMLMap, 'yaml.map');
standsFor(QuickList, YAMLSeq, 'yaml.seq');
standsFor(QuickPair, Pair, 'yaml.pair');

export const newScalar = (
  value: unknown,
  source: string,
  type: Scalar.Type,
  start: number,
  end: number,
): Scalar => new QuickScalar(value, source, type, start, end) as unknown as Scalar;
export const newMap = (flow: boolean, start: number): YAMLMap =>
  new QuickMap(flow, start) as unknown as YAMLMap;
export const newList = (flow: boolean, start: number): YAMLSeq =>
  new QuickList(flow, start) as unknown as YAMLSeq;
export const newPair = (key: Scalar, value: unknown): Pair => new QuickPair(key, value) as unknown as Pair;

const emptyDocument = new Document(undefined, { merge: true });
/** A document without anchors and errors; its schema is made once for all. */
export function newDocument(contents: Document['contents']): Document {
  const document = Object.create(emptyDocument) as Document;
  document.contents = contents;
  return document;
}
