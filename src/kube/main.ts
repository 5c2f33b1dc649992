/** The kube part's entry, loaded when first needed. The only folder that imports the Kubernetes client. */
export type { KubeContext, KubeContexts } from './kubeContexts';
export type { ClusterReading } from './facts/readClusterFacts';
export { readClusterFacts } from './facts/readClusterFacts';
export type { OpenedTarget } from './openTarget';
export { openTarget } from './openTarget';
export { readContexts } from './readContexts';
export { openClient } from './client/openClient';
export { settingsFromJson, settingsOfRun } from './runSettingsJson';
export { deleteStray, strayNamespaces } from './undo/strayNamespaces';
export { undoChanges } from './undo/undoChanges';
