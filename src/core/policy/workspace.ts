import { analyseDocument, type DocumentAnalysis, type PlacelessFinding } from './analyseDocument';
import { documentsIn } from './documents';
import type { Analysis, Finding, Note } from './finding';
import type { L7Proxy } from './judge';
import { limits, refusalOf, tooDeep, tooManyDocuments } from './limits';
import { settle, type Mesh, type MeshMode } from './mesh';
import { movedTo } from './places';
import { createPolicyWorld, type DocumentPlace } from './policyWorld';
import { newestCilium, type CiliumVersion } from './semantics/model';
import { sha256 } from './sha256';
import { partsOf, type TextPart } from './splitText';

export interface WorkspaceOptions {
  /** SHA-256 in hexadecimal; a native one is faster than the one that is used otherwise. */
  readonly hash?: ((text: string) => string) | undefined;
  /** The Cilium version that is judged for; the newest one unless said otherwise. */
  readonly version?: CiliumVersion | undefined;
  /** Whether the target serves L7 rules; it does unless said otherwise. */
  readonly l7Proxy?: L7Proxy | undefined;
  /** How Istio takes part in the cluster that the texts are for, where that is known. */
  readonly mesh?: MeshMode | undefined;
}

/** A part was read anew; all parts are in their places; a document was compared with all others. */
export type WorkspaceStep = 'read' | 'placed' | 'compared';

/** Texts whose policies are seen together. Of a text that changes, only the parts that did are read again. */
export interface Workspace {
  /**
   * Reads a text, in place of what the file held. Between two steps, whoever drains it may let others have the thread, or break it
   * off: then the file holds parts of both texts until it is set again, which reads anew what was not read.
   */
  readonly set: (file: string, text: string) => Generator<WorkspaceStep, void>;
  readonly remove: (file: string) => void;
  /** What is known of a file: of itself, and because of all others. */
  readonly analysis: (file: string) => Analysis;
}

/** The documents between two separators; lines count from the first of the part. */
type PartDocuments = readonly { readonly firstLine: number; readonly analysis: DocumentAnalysis }[];

/** A part where it stands in the text: its first document and its first line. */
interface KnownPart {
  /** As it stands in the file. */
  readonly text: string;
  /** By which the set of policies knows its documents: `KEY/0`, `KEY/1`, ... */
  readonly key: string;
  readonly documents: PartDocuments;
  readonly index: number;
  readonly firstLine: number;
  readonly findings: readonly Finding[];
  readonly notes: readonly Note[];
}

interface KnownFile {
  readonly parts: readonly KnownPart[];
  readonly skipped: string | undefined;
  /** Keys of parts whose documents were not compared with all others yet: where reading was broken off. */
  readonly waiting: Set<string>;
}

const nothingKnown: KnownFile = { parts: [], skipped: undefined, waiting: new Set() };

/** Written out: taking fields out of an object and copying the others is slow. */
function placed(finding: PlacelessFinding, place: DocumentPlace): Finding {
  const document = place.index;
  const { policy, reason, detail, related, hashText } = finding;
  return {
    code: finding.code,
    severity: finding.severity,
    range: movedTo(finding.range, place),
    document,
    policy,
    protocol: finding.protocol,
    direction: finding.direction,
    ports: finding.ports,
    endpoints: finding.endpoints,
    rules: finding.rules,
    tags: finding.tags,
    docs: finding.docs,
    get textHash() {
      return hashText();
    },
    ...(reason === undefined ? {} : { reason }),
    ...(detail === undefined ? {} : { detail }),
    ...(related
      ? { related: related.map((range) => ({ document, range: movedTo(range, place), policy })) }
      : {}),
  };
}

const documentPlaces = (
  { documents, index, firstLine }: Pick<KnownPart, 'documents' | 'index' | 'firstLine'>,
  file: string,
): readonly DocumentPlace[] =>
  documents.map((document, at) => ({ file, index: index + at, firstLine: firstLine + document.firstLine }));

/** The part with its findings where they are in the text. */
function placedPart(
  part: Omit<KnownPart, 'findings' | 'notes'>,
  places: readonly DocumentPlace[],
): KnownPart {
  const each = part.documents.flatMap(({ analysis }, at) => {
    const place = places[at];
    return place ? [{ ...analysis, place }] : [];
  });
  return {
    ...part,
    findings: each.flatMap(({ findings, place }) => findings.map((finding) => placed(finding, place))),
    notes: each.flatMap(({ note, place }) =>
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

const inOrder = (
  { document: a, range: { start: from } }: Finding,
  { document: b, range: { start: to } }: Finding,
): number => a - b || from.line - to.line || from.character - to.character;

export function createWorkspace({
  hash = sha256,
  version = newestCilium,
  l7Proxy = null,
  mesh: mode,
}: WorkspaceOptions = {}): Workspace {
  const world = createPolicyWorld(version);
  const files = new Map<string, KnownFile>();
  let keys = 0;
  const nextKey = (): string => {
    keys += 1;
    return String(keys);
  };

  const read = (text: string): PartDocuments =>
    documentsIn({ text, firstLine: 0 }).map((document) => ({
      firstLine: document.firstLine,
      analysis: analyseDocument({ ...document, index: 0 }, hash, { version, l7Proxy }),
    }));
  const forget = ({ key, documents }: KnownPart): void => {
    documents.forEach((_, at) => {
      world.remove(`${key}/${at}`);
    });
  };
  /** The part as it was read before, where it now stands; told to the set of policies where that is news. */
  const placePart = (
    file: string,
    documents: PartDocuments,
    { index, ...part }: TextPart & Pick<KnownPart, 'index'>,
    before: KnownPart | undefined,
  ): KnownPart => {
    const { firstLine } = part;
    if (before?.index === index && before.firstLine === firstLine) return before;
    const key = before?.key ?? nextKey();
    const places = documentPlaces({ documents, index, firstLine }, file);
    documents.forEach(({ analysis }, at) => {
      const place = places[at];
      if (!place) return;
      if (before) world.move(`${key}/${at}`, place);
      else world.put(`${key}/${at}`, analysis.accepted, place);
    });
    return placedPart({ ...part, key, documents, index }, places);
  };

  function* set(file: string, text: string): Generator<WorkspaceStep, void> {
    const before = files.get(file) ?? nothingKnown;
    const refusal = refusalOf(text);
    if (refusal !== undefined) {
      before.parts.forEach(forget);
      files.set(file, { ...nothingKnown, skipped: refusal });
      return;
    }
    // The same text may stand there several times.
    const free = new Map<string, KnownPart[]>();
    for (const part of before.parts) {
      const same = free.get(part.text);
      if (same) same.push(part);
      else free.set(part.text, [part]);
    }
    const parts: KnownPart[] = [];
    const readNow = new Map<string, PartDocuments>();
    const waiting = new Set(before.waiting);
    let skipped: string | undefined;
    let index = 0;
    let isWhole = false;
    try {
      for (const part of partsOf(text)) {
        if (index >= limits.documents) {
          skipped = tooManyDocuments(part.firstLine + 1);
          break;
        }
        const known = free.get(part.text)?.shift();
        let documents = known?.documents ?? readNow.get(part.text);
        const isNew = !documents;
        documents ??= read(part.text);
        readNow.set(part.text, documents);
        const found = placePart(file, documents, { ...part, index }, known);
        if (!known) waiting.add(found.key);
        parts.push(found);
        index += found.documents.length;
        if (isNew) yield 'read';
      }
      isWhole = true;
    } finally {
      const left = [...free.values()].flat();
      if (isWhole)
        for (const part of left) {
          forget(part);
          waiting.delete(part.key);
        }
      files.set(
        file,
        isWhole
          ? { parts, skipped: skipped ?? skippedOf(parts), waiting }
          : { parts: [...parts, ...left], skipped, waiting },
      );
    }
    // What many endpoints have in common is worked out here, a document at a time, so that an analysis finds it ready.
    if (waiting.size === 0) return;
    yield 'placed';
    for (const { key, documents } of parts) {
      if (!waiting.has(key)) continue;
      for (const [at, { analysis }] of documents.entries()) {
        if (analysis.accepted.length === 0) continue;
        world.findings(`${key}/${at}`);
        yield 'compared';
      }
      waiting.delete(key);
    }
  }

  return {
    set,
    remove(file) {
      files.get(file)?.parts.forEach(forget);
      files.delete(file);
    },
    analysis(file) {
      const { parts, skipped } = files.get(file) ?? nothingKnown;
      const facts = parts.flatMap(({ documents }) => documents.flatMap(({ analysis }) => analysis.facts));
      const mesh: Mesh = { mode, facts };
      const notes = parts.flatMap((part) => part.notes).slice(0, limits.notes);
      const own = parts.flatMap(({ findings }) => findings.flatMap((finding) => settle(finding, mesh) ?? []));
      const together = parts.flatMap(({ key, documents }) =>
        documents.flatMap(({ analysis }, at) =>
          analysis.accepted.length === 0 ? [] : world.findings(`${key}/${at}`),
        ),
      );
      const policies = parts.reduce(
        (sum, { documents }) => documents.reduce((inPart, { analysis }) => inPart + analysis.policies, sum),
        0,
      );
      return {
        documents: parts.reduce((sum, { documents }) => sum + documents.length, 0),
        policies,
        findings: together.length === 0 ? own : [...own, ...together].sort(inOrder),
        ...(notes.length > 0 ? { notes } : {}),
        ...(skipped === undefined ? {} : { skipped }),
      };
    },
  };
}
