import * as vscode from 'vscode';
import type { Finding } from '../core/policy/finding';
import { schemes } from '../ids';
import { currentContext } from '../kube/currentContext';
import { defaultJournalFolder } from '../store/runsFolder';
import { commandHandlers, type CommandHandlers } from './commands';
import { kubeEnvironment, pushesAfterRuns, watchKubeContexts } from './configuration';
import type { Disposable } from './disposable';
import { showActiveTarget } from './editor/activeTarget';
import { createCosts } from './editor/costs';
import { policyCost } from './editor/policyCost';
import { sha256 } from './editor/sha256';
import { linkExplanations } from './editor/explanationLinks';
import { judgedTarget } from './editor/judgedTarget';
import { showFindings } from './editor/showFindings';
import { touchedOn } from './editor/touched';
import { createKeptRuns } from './keptRuns';
import { createTools, type Tools } from './languageModel/tools';
import { createResultsPanels, type ResultsPanels } from './panel/resultsPanels';
import { showProblem } from './problems';
import { createReadOnlyDocuments } from './readOnlyDocuments';
import { createRunsLook } from './runsLook';
import { createRunControl } from './run/activeRun';
import { choosePolicy } from './run/choosePolicy';
import { createInterruptedRuns } from './run/interrupted';
import { createLocalLab } from './run/localLab';
import { watchInterrupted } from './run/watchInterrupted';
import { headlineText } from './tree/headline';
import type { NodeTree, TreeHandle } from './tree/nodeTree';
import { createOpenClusters, whileLookedAt } from './tree/openClusters';
import { policyTree, type PolicyNode } from './tree/policyNodes';
import { runTree, type RunNode } from './tree/runNodes';
import type { TargetNode } from './tree/targetNode';
import { targetTree } from './tree/targetNodes';
import { loadAnalysis } from './editor/loadAnalysis';

/** What activation has made. */
export interface Shell {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly secrets: vscode.SecretStorage;
  readonly targetsView: TreeHandle<TargetNode>;
  readonly runsView: TreeHandle<RunNode>;
  readonly policyView: TreeHandle<PolicyNode>;
  /** What is remembered from window to window. */
  readonly memory: vscode.Memento;
}

/** What activation hands its calls on to. */
export interface Parts extends Disposable {
  readonly targets: NodeTree<TargetNode>;
  readonly runs: NodeTree<RunNode>;
  readonly policies: NodeTree<PolicyNode>;
  readonly commands: CommandHandlers;
  readonly panels: ResultsPanels;
  readonly tools: Tools;
  /** Whether the status bar names the active target. */
  readonly isTargetShown: () => boolean;
}

/** Builds the parts of the extension and joins them. Kubeconfig files are watched; nothing is read or started yet. */
export function startParts({
  extensionUri,
  log,
  secrets,
  targetsView,
  runsView,
  policyView,
  memory,
}: Shell): Parts {
  const isTrusted = (): boolean => vscode.workspace.isTrusted;
  const targetChanged = new vscode.EventEmitter<void>();
  const kubeconfig = watchKubeContexts(() => {
    targetsView.refresh();
    targetChanged.fire();
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
  const onError = (error: unknown): void => {
    if (!(error instanceof vscode.CancellationError)) showProblem(log, error);
  };
  const pushes = async () => (await import('./export/main')).createPushes(secrets, log);
  const lab = createLocalLab(process.env);
  const planDocuments = createReadOnlyDocuments(schemes.plan);
  const explanations = createReadOnlyDocuments(schemes.explanation);
  const rawDocuments = createReadOnlyDocuments(schemes.raw);
  const panels = createResultsPanels(extensionUri, {
    // A bundle of its own: it is loaded with the first panel.
    actions: async () =>
      (await import('./panel/main')).createPanelActions({
        runs,
        control,
        rawDocuments,
        openReport: async (runId) => (await import('./export/main')).openReport(extensionUri, runs, runId),
        exportRun: async (runId) =>
          (await import('./export/main')).exportRun(extensionUri, runs, runId, onError),
      }),
    onError,
  });

  const activeContext = (): Promise<string | null> => currentContext(kubeEnvironment());
  const costs = createCosts(runs, { context: activeContext, onDidChange: targetChanged.event });
  const redrawContext = (context: string): void => {
    const node = targetNodes.contextNode(context);
    if (node) targetsView.refresh(node);
  };
  const clusters = createOpenClusters({
    connect: async (context) => (await import('../kube/main')).connectCluster(context, kubeEnvironment()),
    analysis: async () => {
      const { analyse } = await loadAnalysis();
      return (text) => analyse(text, { hash: sha256 }).findings;
    },
    onChange: (context) => {
      redrawContext(context);
      targetChanged.fire();
    },
  });
  const redrawClusters = (): void => {
    clusters.contexts.forEach(redrawContext);
  };
  const targetNodes = targetTree({
    allowed: isTrusted,
    contexts: readContexts,
    lab: () => lab.facts(),
    clusters,
    runs: async () => (await runs.list()).runs,
    costOf: (policy, context) => policyCost(policy, context, costs),
    headline: headlineText,
    onLearned: (node) => {
      targetsView.refresh(node);
    },
  });
  const touched = async (finding: Finding): Promise<string | undefined> =>
    clusters.contexts.length === 0 || !isTrusted()
      ? undefined
      : touchedOn(finding, clusters, await activeContext());
  const target = judgedTarget({
    judged: async () => {
      const context = clusters.contexts.length === 0 || !isTrusted() ? null : await activeContext();
      const state = context === null ? undefined : clusters.state(context);
      return state?.kind === 'known' ? state.view.judged : undefined;
    },
    onDidChange: targetChanged.event,
  });
  const shown = showFindings(costs, touched, target, log);
  const explaining = { findings: shown.findings, costs, touched };
  const activeTarget = showActiveTarget(shown.findings, {
    context: activeContext,
    summary: (context) => {
      const state = clusters.state(context);
      return state?.kind === 'known' ? `${context} · ${state.view.summary}` : undefined;
    },
    onDidChange: targetChanged.event,
  });
  const look = createRunsLook(memory);
  const policyNodes = policyTree({ files: shown.policyFiles, costOf: (finding) => costs.of(finding) });
  const redrawPolicies = (): void => {
    policyView.refresh();
  };
  const interruptedWatch = watchInterrupted(interrupted, runsView.view, {
    allowed: isTrusted,
    onEnded: () => {
      runsView.refresh();
    },
  });
  const runNodes = runTree({
    allowed: isTrusted,
    list: () => runs.list(),
    interrupted: () => interruptedWatch.list(),
    canGoOn: interrupted.canGoOn,
    headline: headlineText,
    look,
  });
  const refreshRuns = (): void => {
    runsView.refresh();
    // A view that is seen lists them itself.
    if (!runsView.view.visible) void interruptedWatch.list();
  };
  void interruptedWatch.list();
  const subscriptions = vscode.Disposable.from(
    kubeconfig,
    runs,
    control,
    planDocuments,
    rawDocuments,
    costs,
    interruptedWatch,
    clusters,
    whileLookedAt(targetsView.view, clusters),
    shown,
    activeTarget,
    targetChanged,
    target,
    explanations,
    linkExplanations(),
    look,
    look.onDidChange(() => {
      runsView.refresh();
    }),
    shown.policyFiles.onDidChange(redrawPolicies),
    costs.onDidChange(redrawPolicies),
    target.onDidChange(redrawPolicies),
    runs.onDidChange(() => {
      refreshRuns();
      redrawClusters();
      panels.refreshAll();
    }),
    control.onDidChange(({ run }) => {
      panels.refresh(run.id);
    }),
    control.onDidEnd((run) => {
      panels.refresh(run.id);
      // Whatever becomes of it, the run is kept.
      if (pushesAfterRuns())
        pushes()
          .then((loaded) => loaded.afterRun(run))
          .catch(onError);
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      targetsView.refresh();
      refreshRuns();
    }),
  );

  return {
    targets: targetNodes,
    runs: runNodes,
    policies: policyNodes,
    panels,
    tools: createTools(explaining, runs),
    isTargetShown: activeTarget.isShown,
    commands: commandHandlers({
      explaining,
      explanations,
      pushes,
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
      look,
      selectedRuns: () => runsView.view.selection,
      refreshTargets: (node) => {
        if (node?.kind !== 'context') lab.forget();
        for (const context of node?.kind === 'context' ? [node.context.name] : clusters.contexts)
          if (node?.kind !== 'lab') clusters.forget(context);
        targetsView.refresh(node);
      },
      refreshRuns,
      refreshPolicies: redrawPolicies,
    }),
    dispose: () => {
      subscriptions.dispose();
    },
  };
}
