import * as vscode from 'vscode';
import { schemes, views } from './ids';
import { registerCommands } from './ui/commands';
import { kubeEnvironment, watchKubeContexts } from './ui/configuration';
import { showFindings } from './ui/editor/showFindings';
import { createKeptRuns } from './ui/keptRuns';
import { openReport } from './ui/openReport';
import { createPanelActions } from './ui/panel/panelActions';
import { createResultsPanels } from './ui/panel/resultsPanels';
import { showProblem } from './ui/problems';
import { createReadOnlyDocuments } from './ui/readOnlyDocuments';
import { createRunControl } from './ui/run/activeRun';
import { choosePolicy } from './ui/run/choosePolicy';
import { createLocalLab } from './ui/run/localLab';
import { headlineText } from './ui/tree/headline';
import { showTree, type NodeTree } from './ui/tree/nodeTree';
import { runTree, type RunNode } from './ui/tree/runNodes';
import { targetTree, type TargetNode } from './ui/tree/targetNodes';

/** What tests inside VS Code look at. Given in test mode alone: the extension has no API. */
export interface TestAccess {
  readonly targets: NodeTree<TargetNode>;
  readonly runs: NodeTree<RunNode>;
}

/** Builds the parts, joins them and registers them. Nothing is read or started yet. */
export function activate(context: vscode.ExtensionContext): TestAccess | undefined {
  const { extensionUri, subscriptions } = context;
  const log = vscode.window.createOutputChannel('Cilium Bench', { log: true });
  const isTrusted = (): boolean => vscode.workspace.isTrusted;
  const readContexts = async () => (await import('./kube/main')).readContexts(kubeEnvironment());

  const runs = createKeptRuns(process.env);
  const control = createRunControl();
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
  const runNodes = runTree({ allowed: isTrusted, list: () => runs.list(), headline: headlineText });
  const targetsView = showTree(views.targets, targetNodes);
  const runsView = showTree(views.runs, runNodes);

  subscriptions.push(
    log,
    runs,
    control,
    planDocuments,
    rawDocuments,
    panels,
    targetsView,
    runsView,
    showFindings(runs, log),
    registerCommands({
      extensionUri,
      control,
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
    watchKubeContexts(() => {
      targetsView.refresh();
    }),
  );
  return context.extensionMode === vscode.ExtensionMode.Test
    ? { targets: targetNodes, runs: runNodes }
    : undefined;
}
