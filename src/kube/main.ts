/** The kube part's entry, loaded when first needed. The only folder that imports the Kubernetes client. */
export type { KubeContext, KubeContexts } from './kubeContexts';
export type { ClusterReading } from './facts/readClusterFacts';
export type { ClusterConnection, ClusterView } from './connectCluster';
export { connectCluster } from './connectCluster';
export type { StandingPolicies, StandingPolicy } from './facts/followPolicies';
export { readClusterFacts } from './facts/readClusterFacts';
export type { ClusterTarget, OpenedTarget } from './openTarget';
export { openTarget } from './openTarget';
export { readContexts } from './readContexts';
export { openClient } from './client/openClient';
export { runSettingsFrom, type WrittenSettings } from './readSettings';
export { settingsFromJson, settingsOfRun, settingsToJson } from './runSettingsJson';
export { deleteStray, strayNamespaces } from './undo/strayNamespaces';
export { undoChanges } from './undo/undoChanges';
