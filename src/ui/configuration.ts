import * as vscode from 'vscode';
import { settings } from '../ids';
import { kubeconfigInSetting, withKubeconfigSetting } from '../kube/kubeconfigFiles';
import { watchKubeconfig } from '../kube/watchKubeconfig';
import type { WrittenSettings } from '../kube/readSettings';
import { writtenClusterSettings } from './clusterSettings';
import type { Disposable } from './disposable';

function read(setting: string, scope?: vscode.Uri): unknown {
  return vscode.workspace.getConfiguration(undefined, scope ?? null).get(setting);
}

/** Whether findings are shown in this document. On unless switched off. */
export function diagnosticsEnabled(document: vscode.Uri): boolean {
  return read(settings.diagnostics, document) !== false;
}

/** Whether costs are shown above policies of this document. On unless switched off. */
export function codeLensEnabled(document: vscode.Uri): boolean {
  return read(settings.codeLens, document) !== false;
}

/** Whether costs are shown behind the keys that cause them. Off unless switched on. */
export function inlayHintsEnabled(document: vscode.Uri): boolean {
  return read(settings.inlayHints, document) === true;
}

/** A setting's text; undefined where it is empty. */
function textOf(setting: string): string | undefined {
  const value = read(setting);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** The folder of the runs as set by the user; undefined where the default holds. */
export const storeFolderSetting = (): string | undefined => textOf(settings.storeFolder);

/** The folder of the tools as set by the user; undefined where the default holds. */
export const toolsFolderSetting = (): string | undefined => textOf(settings.toolsFolder);

/** The address of the Pushgateway as set by the user; undefined where none is. */
export const pushgatewaySetting = (): string | undefined => textOf(settings.pushgatewayUrl);

/** Whether complete runs are pushed by themselves. Off unless switched on. */
export const pushesAfterRuns = (): boolean => read(settings.pushAfterRuns) === true;

/** How runs on clusters are to be made. A folder that is not trusted has no say: package.json restricts these settings. */
export const clusterSettings = (): WrittenSettings => writtenClusterSettings(read);

/** The setting of the Kubernetes extension, whose kubeconfig holds where KUBECONFIG names none. */
const kubernetesSetting = 'vs-kubernetes';

/** The environment for all that reads kubeconfig files: contexts, their watch, clients. */
export function kubeEnvironment(): NodeJS.ProcessEnv {
  const found = vscode.workspace.getConfiguration().inspect(kubernetesSetting);
  // A folder that is not trusted names no file here: a kubeconfig can start programs.
  const value = vscode.workspace.isTrusted ? read(kubernetesSetting) : found?.globalValue;
  return withKubeconfigSetting(process.env, kubeconfigInSetting(value));
}

export interface KubeContextsWatch extends Disposable {
  /** Settles once changes of the files that hold now are seen; never fails. */
  begun(): Promise<void>;
}

/** Calls back when the kubeconfig files have changed, and when the setting names another. */
export function watchKubeContexts(onChange: () => void): KubeContextsWatch {
  let watching = watchKubeconfig(kubeEnvironment(), onChange);
  const again = (): void => {
    watching.dispose();
    watching = watchKubeconfig(kubeEnvironment(), onChange);
    onChange();
  };
  const listeners = [
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(kubernetesSetting)) again();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(again),
  ];
  return {
    begun: () => watching.begun,
    dispose() {
      watching.dispose();
      for (const listener of listeners) listener.dispose();
    },
  };
}
