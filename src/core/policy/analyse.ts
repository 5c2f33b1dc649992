import type { Analysis } from './finding';
import { createWorkspace, type Workspace, type WorkspaceOptions } from './workspace';

export interface AnalyseOptions extends WorkspaceOptions {
  /** What is known of the text as it was before: only what changed is read again. It says how it is judged, not the options. */
  readonly cache?: Workspace;
}

/** The one file of a workspace that stands for a text. */
const theText = '';

/**
 * Finds what the network policies in a text cost, and the other objects that send traffic through a proxy. Templates, Lists,
 * patches and half-typed text are read as far as they go; it never throws for what a text holds, and time and memory are
 * bounded. Findings come in the order of the text.
 */
export function analyse(text: string, { cache, ...options }: AnalyseOptions = {}): Analysis {
  const workspace = cache ?? createWorkspace(options);
  const steps = workspace.set(theText, text);
  while (steps.next().done !== true);
  return workspace.analysis(theText);
}
