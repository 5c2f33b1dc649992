import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ciliumVersions, type CiliumVersion } from '../../src/core/policy/semantics/model';
import { judgedOf, type Judged } from './judged';
import { ours, type Judge } from './ours';
import { createReport } from './report';
import { corpus, filesOf, generated, handmade, hashOfGenerated, type Case } from './sources';
import { shrink } from './shrink';
import { startOracle, type Oracle } from './startOracle';
import { writeStored } from './stored';
import { rowOf, tableFile, tableHead } from './table';
import { compareAny } from './compare';

const usage = `npm run oracle [-- OPTION...]: our analysis of policies against Cilium's own
  --cases N            generated cases, 20000 unless said
  --seed N             of the generated cases, 1 unless said
  --versions A,B       ${ciliumVersions.join(', ')} unless said
  --against VERSION    compare with Cilium of another version instead of with our analysis
  --store              write the answers that the unit tests read, and compare nothing
  --shrinks N          disagreements to make small for each version, 12 unless said`;

/** How many cases of a seed are stored, and which seed. */
const storedSeed = 20;
const storedCount = 1500;

/** Requests under way at once: enough to keep the program busy, few enough to hold in memory. */
const batch = 50;

type Oracles = ReadonlyMap<CiliumVersion, Oracle>;

const isVersion = (word: string): word is CiliumVersion => ciliumVersions.some((version) => version === word);

function buildPrograms(root: string, versions: readonly CiliumVersion[]): Record<string, string> | null {
  const built = spawnSync(process.execPath, [path.join(root, 'test/oracle/build.mjs'), ...versions], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return built.status === 0 ? (JSON.parse(built.stdout) as Record<string, string>) : null;
}

async function judge(oracles: Oracles, version: CiliumVersion, files: Case['files']): Promise<Judged> {
  const oracle = oracles.get(version);
  if (!oracle) throw new Error(`no oracle of ${version} was started`);
  return judgedOf(await oracle.ask({ files }), version);
}

async function inBatches<T>(items: readonly T[], each: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += batch) await Promise.all(items.slice(at, at + batch).map(each));
}

/** Writes the tables of the hard cases, to be reviewed as a change, and the answers to generated ones. */
async function store(root: string, oracles: Oracles): Promise<void> {
  const folder = path.join(root, 'test', 'oracle');
  for (const version of ciliumVersions) {
    const rows = await Promise.all(
      handmade(root).map(async ({ name, files }) => rowOf(name, await judge(oracles, version, files))),
    );
    writeFileSync(path.join(folder, 'cases', tableFile(version)), [tableHead, ...rows, ''].join('\n'));
  }
  const answers: Record<CiliumVersion, Judged>[] = [];
  const indexes = Array.from({ length: storedCount }, (_, index) => index);
  await inBatches(indexes, async (index) => {
    const { files } = generated(storedSeed, index);
    const judged = await Promise.all(
      ciliumVersions.map(async (version) => [version, await judge(oracles, version, files)] as const),
    );
    answers[index] = Object.fromEntries(judged) as Record<CiliumVersion, Judged>;
  });
  const casesHash = hashOfGenerated(storedSeed, storedCount);
  const file = path.join(folder, 'stored', 'answers.jsonl');
  writeFileSync(file, writeStored({ seed: storedSeed, casesHash, answers }));
  console.log(
    `${storedCount} cases of three versions in ${path.relative(root, file)}: ${readFileSync(file).length} bytes`,
  );
}

export async function main(root: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cases: { type: 'string', default: '20000' },
      seed: { type: 'string', default: '1' },
      versions: { type: 'string', default: ciliumVersions.join(',') },
      shrinks: { type: 'string', default: '12' },
      against: { type: 'string' },
      store: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const versions = values.versions.split(',').filter(isVersion);
  if (values.help || versions.length === 0 || (values.against !== undefined && !isVersion(values.against))) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  const other = values.against;
  const needed = values.store ? ciliumVersions : [...new Set([...versions, ...(other ? [other] : [])])];
  const programs = buildPrograms(root, needed);
  if (!programs) return 2;
  const oracles: Oracles = new Map(needed.map((version) => [version, startOracle(programs[version] ?? '')]));
  try {
    if (values.store) {
      await store(root, oracles);
      return 0;
    }
    const against: Judge = other ? async (files) => [await judge(oracles, other, files)] : ours;
    const manifests = corpus(root, env);
    if (!manifests) console.log('No corpus: set POLICY_CORPUS to a folder of manifests to judge them, too.');
    const seed = Number(values.seed);
    const made = Array.from({ length: Number(values.cases) }, (_, index) => generated(seed, index));
    const cases = [...handmade(root), ...(manifests ?? []), ...made];
    let failed = false;
    for (const version of versions) {
      const report = createReport(version);
      const comparisonOf = async (files: Case['files']) => {
        const theirs = await judge(oracles, version, files);
        return compareAny(theirs, await against(files, version, theirs.endpoints));
      };
      await inBatches(cases, async (one) => {
        report.add(one, await comparisonOf(one.files));
      });
      await report.shrinkExamples(Number(values.shrinks), (policies, isSame) =>
        shrink(policies, async (smaller) => isSame((await comparisonOf(filesOf(smaller))).disagreements)),
      );
      console.log(report.text());
      failed ||= report.failed();
      // Cilium keeps what it was asked: 20,000 cases are 3 GB, which the next version needs for itself.
      if (version !== other) oracles.get(version)?.close();
    }
    return failed ? 1 : 0;
  } finally {
    for (const oracle of oracles.values()) oracle.close();
  }
}
