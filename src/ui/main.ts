import * as vscode from 'vscode';
import { schemes } from '../ids';
import { defaultJournalFolder } from '../store/runsFolder';
import { commandHandlers, type CommandHandlers } from './commands';
import { kubeEnvironment, watchKubeContexts } from './configuration';
import type { Disposable } from './disposable';
import { showFindings } from './editor/showFindings';
import { createKeptRuns } from './keptRuns';
import { openReport } from './openReport';
import { createPanelActions } from './panel/panelActions';
import { createResultsPanels, type ResultsPanels } from './panel/resultsPanels';
import { showProblem } from './problems';
import { createReadOnlyDocuments } from './readOnlyDocuments';
import { createRunControl } from './run/activeRun';
import { choosePolicy } from './run/choosePolicy';
import { createInterruptedRuns } from './run/interrupted';
import { createLocalLab } from './run/localLab';
import { headlineText } from './tree/headline';
import type { NodeTree, TreeHandle } from './tree/nodeTree';
import { runTree, type RunNode } from './tree/runNodes';
import { targetTree, type TargetNode } from './tree/targetNodes';

/** What activation has made. */
export interface Shell {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly targetsView: TreeHandle<TargetNode>;
  readonly runsView: TreeHandle<RunNode>;
}

/** What activation hands its calls on to. */
export interface Parts extends Disposable {
  readonly targets: NodeTree<TargetNode>;
  readonly runs: NodeTree<RunNode>;
  readonly commands: CommandHandlers;
  readonly panels: ResultsPanels;
}

/** Builds the parts of the extension and joins them. Kubeconfig files are watched; nothing is read or started yet. */
export function startParts({ extensionUri, log, targetsView, runsView }: Shell): Parts {
  const isTrusted = (): boolean => vscode.workspace.isTrusted;
  const kubeconfig = watchKubeContexts(() => {
    targetsView.refresh();
  });
  const readContexts = async () => {
    // Watched first: what changes between the two is told.
    await kubeconfig.begun();
    return (await import('../kube/main')).readContexts(kubeEnvironment());
  };

  const runs = createKeptRuns(process.env);
  const control = createRunControl();
  const interrupted = createInterruptedRuns({
    journalFolder: defaultJournalFolder(process.env),
    log,
    control,
    openTarget: async (context, settings) => {
      const { openTarget } = await import('../kube/main');
      return openTarget(context, settings, kubeEnvironment(), AbortSignal.timeout(60_000));
    },
  });
  const lab = createLocalLab(process.env);
  const planDocuments = createReadOnlyDocuments(schemes.plan);
  const rawDocuments = createReadOnlyDocuments(schemes.raw);
  const panels = createResultsPanels(
    extensionUri,
    createPanelActions(
      { runs, control, rawDocuments, openReport: (runId) => openReport(extensionUri, runs, runId) },
      (error) => {
        showProblem(log, error);
      },
    ),
  );

  const targetNodes = targetTree({
    allowed: isTrusted,
    contexts: readContexts,
    lab: () => lab.facts(),
    onLearned: (node) => {
      targetsView.refresh(node);
    },
  });
  const runNodes = runTree({
    allowed: isTrusted,
    list: () => runs.list(),
    interrupted: () => interrupted.list(),
    canGoOn: interrupted.canGoOn,
    headline: headlineText,
  });
  const subscriptions = vscode.Disposable.from(
    kubeconfig,
    runs,
    control,
    planDocuments,
    rawDocuments,
    showFindings(runs, log),
    runs.onDidChange(() => {
      runsView.refresh();
    }),
    control.onDidChange(({ run }) => {
      panels.refresh(run.id);
    }),
    control.onDidEnd(({ id }) => {
      panels.refresh(id);
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      targetsView.refresh();
      runsView.refresh();
    }),
  );

  return {
    targets: targetNodes,
    runs: runNodes,
    panels,
    commands: commandHandlers({
      extensionUri,
      control,
      interrupted,
      runs,
      lab,
      contexts: async () => (await readContexts()).contexts,
      panels,
      planDocuments,
      choosePolicy,
      log,
      refreshTargets: (node) => {
        lab.forget();
        targetsView.refresh(node);
      },
      refreshRuns: () => {
        runsView.refresh();
      },
    }),
    dispose: () => {
      subscriptions.dispose();
    },
  };
}
