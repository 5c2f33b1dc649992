/** The kube part's entry, loaded when first needed. The only folder that imports the Kubernetes client. */
export type { KubeContext, KubeContexts } from './kubeContexts';
export { readContexts } from './readContexts';
