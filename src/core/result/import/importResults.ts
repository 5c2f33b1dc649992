import type { ImportedRun, Group, Origin, Placed } from './importedRun';
import { importedRun } from './importedRun';
import { articlePlaces } from './articlePlaces';
import { withoutImpossible } from './figures';
import { openFile } from './openFile';
import { resultFormats } from './registry';
import type {
  Found,
  LeftOut,
  OpenedFile,
  Place,
  Reading,
  ResultFormat,
  SourceFacts,
  SourceFile,
} from './source';

/** Far above what a person looks at; keeps a file of a million rows from becoming a million samples. */
const mostSamples = 2000;
const mostSamplesOfRun = 500;
const mostLeftOut = 200;

export interface Imported {
  /** A run for each scenario that the files have results of. */
  readonly runs: readonly ImportedRun[];
  readonly leftOut: readonly LeftOut[];
}

interface ReadFile extends Found {
  readonly path: string;
  readonly format: ResultFormat;
}

function readFile(file: SourceFile): ReadFile | LeftOut {
  const leaveOut = (reason: string, line?: number): LeftOut => ({
    file: file.path,
    reason,
    ...(line === undefined ? {} : { line }),
  });
  if (file.text.trim() === '') return leaveOut('is empty');
  const opened: OpenedFile = openFile(file);
  if (opened.fault) return leaveOut(opened.fault.reason, opened.fault.line);
  const format = resultFormats.find((candidate) => candidate.detects(opened));
  if (!format) return leaveOut('is of no format that is known');
  return { path: file.path, format, ...format.read(opened) };
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash + 1);
}

const isOfArticle = ({ format }: ReadFile): boolean =>
  format.id === 'tke-guide-context' || format.id === 'tke-guide-summary';

/** The folder of the article's script that a file lies in: the deepest that has a context or a summary. */
function rootOf(path: string, roots: readonly string[]): string | undefined {
  return roots.filter((root) => path.startsWith(root)).sort((a, b) => b.length - a.length)[0];
}

interface Located extends Placed {
  readonly root: string | undefined;
}

function located(reading: Reading, places: readonly Place[], root: string | undefined): Located[] {
  return places.map((place) => ({ reading, place, root }));
}

/** Whose figures one is, so that the same at second hand stands back. */
function keyOf({ root, place }: Located): string {
  return JSON.stringify([root, place.scenario, place.parameter, place.variant.id, place.load.id]);
}

function groupKey({ root, place }: Located): string {
  return JSON.stringify([root, place.scenario, place.parameter]);
}

function withoutSecondHand(all: readonly Located[]): Located[] {
  const firstHand = new Set(all.filter(({ reading }) => !reading.secondHand).map(keyOf));
  return all.filter((one) => !one.reading.secondHand || !firstHand.has(keyOf(one)));
}

/** What both files of a root say, the context's own words first: the summary copies it. */
function factsOf(files: readonly ReadFile[], root: string | undefined): SourceFacts | null {
  const own = files.filter((file) => isOfArticle(file) && folderOf(file.path) === root);
  return own.find(({ format }) => format.id === 'tke-guide-context')?.facts ?? own[0]?.facts ?? null;
}

/**
 * The runs that these files have results of. Never throws: what is not taken over is named with the reason. The files are
 * whole and bounded by who reads them.
 */
export function importResults(files: readonly SourceFile[], origin: Omit<Origin, 'format'>): Imported {
  const outcomes = files.map(readFile);
  const read = outcomes.filter((outcome): outcome is ReadFile => 'readings' in outcome);
  const leftOut: LeftOut[] = outcomes.flatMap((outcome) =>
    'readings' in outcome ? outcome.leftOut : [outcome],
  );
  const roots = [...new Set(read.filter(isOfArticle).map(({ path }) => folderOf(path)))];

  const all: Located[] = [];
  for (const { path, readings } of read) {
    const root = rootOf(path, roots);
    const placedByName = root === undefined ? [] : articlePlaces(path.slice(root.length));
    for (const one of readings) {
      const { reading, leftOut: impossible } = withoutImpossible(one);
      leftOut.push(...impossible);
      if (Object.keys(reading.values).length === 0) {
        const reasons = reading.notMeasured.map(({ what, reason }) => `${what}: ${reason}`).join('; ');
        leftOut.push({
          file: path,
          reason: `holds no figure that can be used${reasons === '' ? '' : ` (${reasons})`}`,
        });
      } else {
        const places = placedByName.length > 0 ? placedByName : reading.places;
        all.push(...located(reading, places, root));
      }
    }
  }

  const groups = new Map<string, Located[]>();
  let taken = 0;
  const useful = withoutSecondHand(all);
  for (const one of useful) {
    const group = groups.get(groupKey(one)) ?? [];
    if (taken === mostSamples || group.length === mostSamplesOfRun) continue;
    group.push(one);
    groups.set(groupKey(one), group);
    taken += 1;
  }
  if (taken < useful.length)
    leftOut.push({
      file: origin.source,
      reason: `holds ${useful.length - taken} figures more than are taken over: ${mostSamplesOfRun} of a scenario, ${mostSamples} in all`,
    });
  const runs = [...groups.values()].map((placed) => {
    const root = placed[0]?.root;
    const formats = new Set(
      placed.flatMap(({ reading }) =>
        read.filter(({ path }) => path === reading.file).map(({ format }) => format.id),
      ),
    );
    const group: Group = { placed, facts: factsOf(read, root), isArticle: root !== undefined };
    return importedRun(group, { ...origin, format: [...formats].sort().join(', ') });
  });
  return { runs, leftOut: bounded(leftOut, origin.source) };
}

function bounded(leftOut: readonly LeftOut[], source: string): readonly LeftOut[] {
  if (leftOut.length <= mostLeftOut) return leftOut;
  const more = leftOut.length - mostLeftOut;
  return [...leftOut.slice(0, mostLeftOut), { file: source, reason: `has ${more} more that were left out` }];
}
