/** Every identifier that package.json contributes. A unit test holds the two together, both ways. */

export const commands = {
  runBenchmark: 'ciliumBench.runBenchmark',
  measureHere: 'ciliumBench.measureHere',
  measurePolicy: 'ciliumBench.measurePolicy',
  explainPolicy: 'ciliumBench.explainPolicy',
  openResults: 'ciliumBench.openResults',
  openReport: 'ciliumBench.openReport',
  exportRun: 'ciliumBench.exportRun',
  pushRun: 'ciliumBench.pushRun',
  setPushCredential: 'ciliumBench.setPushCredential',
  clearPushCredential: 'ciliumBench.clearPushCredential',
  compareRuns: 'ciliumBench.compareRuns',
  showDrift: 'ciliumBench.showDrift',
  showRun: 'ciliumBench.showRun',
  revealRunFolder: 'ciliumBench.revealRunFolder',
  importResults: 'ciliumBench.importResults',
  exportRunFolder: 'ciliumBench.exportRunFolder',
  deleteRun: 'ciliumBench.deleteRun',
  restoreRuns: 'ciliumBench.restoreRuns',
  emptyTrash: 'ciliumBench.emptyTrash',
  renameRun: 'ciliumBench.renameRun',
  noteRun: 'ciliumBench.noteRun',
  tagRun: 'ciliumBench.tagRun',
  pinRun: 'ciliumBench.pinRun',
  unpinRun: 'ciliumBench.unpinRun',
  filterRuns: 'ciliumBench.filterRuns',
  clearRunFilter: 'ciliumBench.clearRunFilter',
  groupRunsByTarget: 'ciliumBench.groupRunsByTarget',
  groupRunsByDay: 'ciliumBench.groupRunsByDay',
  goOnRun: 'ciliumBench.goOnRun',
  undoRun: 'ciliumBench.undoRun',
  undoInterrupted: 'ciliumBench.undoInterrupted',
  retryTarget: 'ciliumBench.retryTarget',
  refresh: 'ciliumBench.refresh',
  showTargets: 'ciliumBench.showTargets',
  showLog: 'ciliumBench.showLog',
} as const;
export type CommandId = (typeof commands)[keyof typeof commands];

/** What works in Restricted Mode: it starts no process, asks no cluster and reads no stored run. All else is disabled there. */
export const restrictedModeCommands: ReadonlySet<CommandId> = new Set([
  commands.explainPolicy,
  commands.refresh,
  commands.showTargets,
  commands.showLog,
]);

export const viewContainer = 'ciliumBench';

export const views = {
  targets: 'ciliumBench.targets',
  runs: 'ciliumBench.runs',
  policyCost: 'ciliumBench.policyCost',
} as const;

/** The type of the results panel, under which VS Code restores it. */
export const resultsPanelType = 'ciliumBench.results';

/** How runs on clusters are made. */
export const clusterSettings = {
  namespace: 'ciliumBench.cluster.namespace',
  clientNode: 'ciliumBench.cluster.clientNode',
  serverNode: 'ciliumBench.cluster.serverNode',
  crossZone: 'ciliumBench.cluster.crossZone',
  images: 'ciliumBench.cluster.images',
  registry: 'ciliumBench.cluster.registry',
  roundTripTool: 'ciliumBench.cluster.roundTripTool',
  pullSecrets: 'ciliumBench.cluster.pullSecrets',
  tolerations: 'ciliumBench.cluster.tolerations',
  cpu: 'ciliumBench.cluster.cpu',
  memory: 'ciliumBench.cluster.memory',
} as const;

export const settings = {
  diagnostics: 'ciliumBench.diagnostics.enabled',
  codeLens: 'ciliumBench.codeLens.enabled',
  inlayHints: 'ciliumBench.inlayHints.enabled',
  storeFolder: 'ciliumBench.storeFolder',
  toolsFolder: 'ciliumBench.toolsFolder',
  pushgatewayUrl: 'ciliumBench.export.pushgateway.url',
  pushAfterRuns: 'ciliumBench.export.pushgateway.afterRuns',
} as const;

export const contextKeys = {
  /** A run is going on. */
  running: 'ciliumBench.running',
  /** The active editor shows a manifest with a policy. */
  policyInEditor: 'ciliumBench.policyInEditor',
  /** ... with one that can be measured. */
  measurableInEditor: 'ciliumBench.measurableInEditor',
  /** The Runs view leaves runs out. */
  runsFiltered: 'ciliumBench.runsFiltered',
  /** The Runs view is grouped by target and scenario, not by day. */
  runsByTarget: 'ciliumBench.runsByTarget',
} as const;

/** `contextValue` of tree items, which menus are bound to. */
export const itemKinds = {
  target: 'ciliumBench.target',
  failedTarget: 'ciliumBench.target.failed',
  run: 'ciliumBench.run',
  /** A run that is the baseline of its target and scenario. */
  baselineRun: 'ciliumBench.run.baseline',
  /** The row that says which runs are shown. */
  runFilter: 'ciliumBench.runFilter',
  /** A run that was interrupted: what it left can be undone. */
  interrupted: 'ciliumBench.interrupted',
  /** One that can go on as well. */
  resumable: 'ciliumBench.interrupted.resumable',
  /** A scenario that can run on the cluster it is listed under. */
  benchmark: 'ciliumBench.benchmark',
} as const;

/** URI schemes of read-only documents that the extension provides. */
export const schemes = {
  plan: 'cilium-bench-plan',
  raw: 'cilium-bench-raw',
  explanation: 'cilium-bench-explanation',
} as const;

/** What language models can call: reading only, without the network. */
export const languageModelTools = {
  explain: 'cilium-bench_explain_policy_cost',
  list: 'cilium-bench_list_benchmark_runs',
  compare: 'cilium-bench_compare_benchmark_runs',
} as const;

export const walkthrough = 'ciliumBench.start';

/** Below `source.fixAll`: what `editor.codeActionsOnSave` names. */
export const fixAllKind = 'ciliumBench';

/** The source shown beside every diagnostic. */
export const diagnosticSource = 'cilium-bench';
