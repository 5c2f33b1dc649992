/**
 * A process that does what the extension host does for an open manifest and the files of a workspace, by the extension's own
 * index, findings and diagnostics: `node --expose-gc HOST FOLDER`. A line of JSON in asks for the analysis to be loaded (`load`), as
 * the first manifest does, for a text to be shown (`text`), something to be typed into it (`at`, `insert`) or so many files of the
 * folder to be indexed (`files`); a line out says what came of it.
 */
import { createInterface } from 'node:readline';
import { Disposable, onDidShow, openText, typeInto, type OpenText } from './vscodeStandIn';
import { costOf } from '../../../src/core/result/cost';
import { noSettings } from '../../../src/core/policy/analysisSettings';
import { findingMessage } from '../../../src/core/words/findings';
import { showDiagnostics } from '../../../src/ui/editor/diagnostics';
import { createFindings } from '../../../src/ui/editor/findings';
import { createPolicyIndex } from '../../../src/ui/editor/policyIndex';
import { loadAnalysis } from '../../../src/ui/editor/loadAnalysis';
import { threadMs, watchStretches } from './threadTime';

/** After so many files the index tells of them, as `policyIndex.ts` has it. */
const filesAtOnce = 500;
const smallPolicy = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: open, namespace: open}
spec: {endpointSelector: {}}
`;

const never = (): Disposable => new Disposable(() => undefined);
const log = { warn: console.error, error: console.error } as never;
const index = createPolicyIndex(log);
const settings = { onDidChange: never, of: () => Promise.resolve(noSettings), dispose: () => undefined };
const target = { judged: () => Promise.resolve(undefined), onDidChange: never };

const findings = createFindings(log, settings, index, target);
showDiagnostics(findings, (finding) => Promise.resolve(findingMessage(finding, costOf(finding, []))), never);

/** The next diagnostics of the open text. */
const nextShown = (): Promise<number> =>
  new Promise((resolve) => {
    const once = onDidShow((count) => {
      once.dispose();
      resolve(count);
    });
  });

let document: OpenText | undefined;

async function show(text: string): Promise<object> {
  const stretches = watchStretches();
  const since = threadMs();
  const shown = nextShown();
  if (document) typeInto(document, text);
  else document = openText(text);
  const diagnostics = await shown;
  const cpuMs = threadMs() - since;
  // The turn that showed them ends too.
  await new Promise((resolve) => setTimeout(resolve, 5));
  stretches.stop();
  return { diagnostics, cpuMs, longestMs: stretches.longest() };
}

const megabytesHeld = (): number => {
  globalThis.gc?.();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return (heapUsed + external + arrayBuffers) / 1e6;
};

/** Loads the analysis as the editor does. */
async function load(): Promise<object> {
  const stretches = watchStretches();
  await loadAnalysis();
  await new Promise((resolve) => setTimeout(resolve, 5));
  stretches.stop();
  return { longestMs: stretches.longest() };
}

/** Opens a policy, so that all files of the workspace are read in the background, and waits until they are. */
async function indexAll(files: number): Promise<object> {
  const before = megabytesHeld();
  const stretches = watchStretches();
  const since = { cpu: threadMs(), clock: performance.now() };
  let left = Math.floor(files / filesAtOnce) + 1;
  const all = new Promise<void>((resolve) => {
    index.onDidChange(() => {
      left -= 1;
      if (left === 0) resolve();
    });
  });
  openText(smallPolicy);
  await all;
  const cpuSeconds = (threadMs() - since.cpu) / 1000;
  const seconds = (performance.now() - since.clock) / 1000;
  stretches.stop();
  return { seconds, cpuSeconds, longestMs: stretches.longest(), megabytes: megabytesHeld() - before };
}

interface Asked {
  readonly load?: boolean;
  readonly text?: string;
  readonly at?: number;
  readonly insert?: string;
  readonly files?: number;
}

async function answer({ load: isLoad, text, at, insert = '', files }: Asked): Promise<object> {
  if (isLoad === true) return load();
  if (files !== undefined) return indexAll(files);
  if (text !== undefined) return show(text);
  const before = document?.text ?? '';
  return show(`${before.slice(0, at)}${insert}${before.slice(at)}`);
}

createInterface({ input: process.stdin }).on('line', (line) => {
  void answer(JSON.parse(line) as Asked).then((what) => process.stdout.write(`${JSON.stringify(what)}\n`));
});
