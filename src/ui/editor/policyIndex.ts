import * as vscode from 'vscode';
import type { Analysis } from '../../core/policy/finding';
import type { OtherFiles, Workspace, WorkspaceStep } from '../../core/policy/main';
import type { CiliumVersion } from '../../core/policy/semantics/model';
import type { JudgedOn } from '../../core/cluster/judgedOn';
import { messageOf } from '../../core/problem';
import type { Disposable } from '../disposable';
import { textMayHoldPolicy } from '../../core/policy/textMayHold';
import { findManifests, isLeftOut, manifestFiles } from './findManifests';
import { loadAnalysis } from './loadAnalysis';
import { nextTurn } from './nextTurn';
import { sha256 } from './sha256';

/** How long the extension host's thread is held at a stretch. */
const sliceMs = 5;
const largestBytes = 1_000_000;
/** After so many files, open manifests hear what was found meanwhile. */
const filesAtOnce = 500;

/** What policies are judged for. */
export interface JudgedFor extends Omit<JudgedOn, 'version'> {
  readonly version: CiliumVersion;
}

/** The policies of the whole workspace, seen together: those of open manifests as they are typed, others as they are saved. */
export interface PolicyIndex extends Disposable {
  /** Other files have changed: what is said of open manifests may be different now. */
  readonly onDidChange: vscode.Event<void>;
  /**
   * Reads a text in place of what the file held, and gives the workspace that it is part of. Where it is no longer wanted, because
   * the text has changed again, reading is broken off, and what the workspace says of the file holds for neither text.
   */
  set(uri: vscode.Uri, text: string, judgedFor: JudgedFor, isWanted: () => boolean): Promise<Workspace>;
  /**
   * Lets `act` analyse other texts in the place of the file's, and in the place of `others`, beside all other policies; then they
   * stand there again as they were. Nobody else sees them.
   */
  trying<Result>(
    uri: vscode.Uri,
    text: string,
    judgedFor: JudgedFor,
    act: (analyse: (text: string) => Analysis, others: OtherFiles) => Result,
    others?: ReadonlyMap<string, string>,
  ): Promise<Result>;
  /** The saved manifests of the workspace that may hold policies, once all of them were read. Open ones are not among them. */
  saved(judgedFor: JudgedFor): Promise<SavedManifests>;
  /** The manifest was closed: what is saved counts again. */
  closed(uri: vscode.Uri): void;
}

export interface SavedManifests {
  readonly files: readonly vscode.Uri[];
  readonly analysis: (file: vscode.Uri) => Analysis;
}

/** What else may follow in the turn of the last step. */
const restMs = 2;

/** Takes the steps in slices, so that whoever types is not kept waiting; breaks off between two where nobody wants the rest. */
async function inSlices(steps: Generator<unknown, void>, isWanted = (): boolean => true): Promise<void> {
  let since = performance.now();
  while (steps.next().done !== true) {
    if (performance.now() - since < sliceMs) continue;
    await nextTurn();
    since = performance.now();
    if (!isWanted()) {
      steps.return();
      return;
    }
  }
  if (performance.now() - since > restMs) await nextTurn();
}

/** The steps without the comparing with all others: it is made up for when the file is opened, and nothing is said of it before. */
function* reading(steps: Generator<WorkspaceStep, void>): Generator<WorkspaceStep, void> {
  for (const step of steps) {
    if (step === 'placed') return;
    yield step;
  }
}

/** Versions that folders may ask for at once, and one more while the target changes. */
const mostJudgings = 4;
/** Changes of files are told together. */
const tellMs = 200;

interface Judged {
  readonly workspace: Workspace;
  /** Files whose policies it holds, besides those that are open. */
  readonly saved: Set<string>;
  readonly stop: AbortController;
  /** Settles when the workspace was read once; never fails. */
  filled: Promise<void>;
  /** One text is read at a time: each changes what is known of all. */
  last: Promise<unknown>;
}

export function createPolicyIndex(log: vscode.LogOutputChannel): PolicyIndex {
  const changed = new vscode.EventEmitter<void>();
  let telling: NodeJS.Timeout | undefined;
  const tellSoon = (): void => {
    clearTimeout(telling);
    telling = setTimeout(() => {
      changed.fire();
    }, tellMs);
  };
  /** The newest last. */
  const byJudging = new Map<string, Promise<Judged>>();

  const isOpen = (uri: vscode.Uri): boolean =>
    vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
  const inTurn = <Result>(judged: Judged, act: () => Result | Promise<Result>): Promise<Result> => {
    const result = judged.last.then(act);
    judged.last = result.catch(() => undefined);
    return result;
  };
  /** Whether policies came, changed or went by it. */
  const readSaved = async (judged: Judged, uri: vscode.Uri): Promise<boolean> => {
    const key = uri.toString();
    let text: string | undefined;
    // A manifest from elsewhere counts while it is open, and no longer.
    const isOfWorkspace = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
    try {
      const { size } = isOfWorkspace ? await vscode.workspace.fs.stat(uri) : { size: Infinity };
      if (size <= largestBytes) text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    } catch {
      // Gone meanwhile, or not to be read: then it holds no policy here.
    }
    if (judged.stop.signal.aborted || isOpen(uri)) return false;
    const found = text !== undefined && textMayHoldPolicy(text) ? text : undefined;
    await inTurn(judged, async () => {
      if (found === undefined) judged.workspace.remove(key);
      else await inSlices(reading(judged.workspace.set(key, found)));
    });
    const held = judged.saved.delete(key);
    if (found !== undefined) judged.saved.add(key);
    return held || found !== undefined;
  };
  const fill = async (judged: Judged): Promise<void> => {
    let found = 0;
    for await (const uri of findManifests(judged.stop.signal)) {
      if (judged.stop.signal.aborted) return;
      if (!isOpen(uri)) await readSaved(judged, uri);
      found += 1;
      if (found % filesAtOnce === 0) changed.fire();
    }
    if (found > 0) changed.fire();
  };
  const judgedFor = (judging: JudgedFor): Promise<Judged> => {
    const key = JSON.stringify(judging);
    const known = byJudging.get(key);
    if (known) {
      byJudging.delete(key);
      byJudging.set(key, known);
      return known;
    }
    const made = loadAnalysis().then(({ createWorkspace }): Judged => {
      const judged: Judged = {
        workspace: createWorkspace({ hash: sha256, ...judging }),
        saved: new Set<string>(),
        stop: new AbortController(),
        filled: Promise.resolve(),
        last: Promise.resolve(),
      };
      judged.filled = fill(judged).catch((error: unknown) => {
        log.warn(`The policies of the workspace were not all read: ${messageOf(error)}`);
      });
      return judged;
    });
    byJudging.set(key, made);
    // Those that were left are of a target or a setting of before. Folders that differ keep theirs side by side.
    for (const [oldest, left] of byJudging) {
      if (byJudging.size <= mostJudgings) break;
      byJudging.delete(oldest);
      void left.then((judged) => {
        judged.stop.abort();
      });
    }
    return made;
  };
  const reread = async (uri: vscode.Uri): Promise<void> => {
    if (isOpen(uri) || isLeftOut(uri)) return;
    for (const judged of [...byJudging.values()]) if (await readSaved(await judged, uri)) tellSoon();
  };

  const watcher = vscode.workspace.createFileSystemWatcher(manifestFiles);
  const subscriptions = vscode.Disposable.from(
    changed,
    watcher,
    watcher.onDidChange((uri) => void reread(uri)),
    watcher.onDidCreate((uri) => void reread(uri)),
    watcher.onDidDelete((uri) => void reread(uri)),
  );

  return {
    onDidChange: changed.event,
    async set(uri, text, judging, isWanted) {
      const judged = await judgedFor(judging);
      await inTurn(judged, async () => {
        if (isWanted()) await inSlices(judged.workspace.set(uri.toString(), text), isWanted);
      });
      return judged.workspace;
    },
    async trying(uri, text, judging, act, others = new Map()) {
      const judged = await judgedFor(judging);
      const { workspace } = judged;
      const key = uri.toString();
      const put = (file: string, changed: string): void => {
        const steps = workspace.set(file, changed);
        while (steps.next().done !== true);
      };
      const analyse = (changed: string): Analysis => {
        put(key, changed);
        return workspace.analysis(key);
      };
      const otherFiles: OtherFiles = {
        textOf: (file) => others.get(file),
        analysed(file, changed) {
          put(key, text);
          put(file, changed);
          try {
            return { own: workspace.analysis(key), other: workspace.analysis(file) };
          } finally {
            put(file, others.get(file) ?? '');
          }
        },
      };
      return inTurn(judged, () => {
        try {
          return act(analyse, otherFiles);
        } finally {
          put(key, text);
        }
      });
    },
    async saved({ version, l7Proxy, mesh }) {
      const judged = await judgedFor({ version, l7Proxy, mesh });
      await judged.filled;
      return {
        files: [...judged.saved].map((key) => vscode.Uri.parse(key)),
        analysis: (file) => judged.workspace.analysis(file.toString()),
      };
    },
    closed(uri) {
      // What it held while it was open is gone, whatever is saved.
      void reread(uri).then(tellSoon);
    },
    dispose() {
      clearTimeout(telling);
      for (const left of byJudging.values())
        void left.then((judged) => {
          judged.stop.abort();
        });
      subscriptions.dispose();
    },
  };
}
