import { readdir } from 'node:fs';
import * as vscode from 'vscode';
import { commands, languageModelTools, resultsPanelType, views } from './ids';
import { defaultJournalFolder } from './store/runsFolder';
import { whenPolicyMayBeOpen } from './ui/editor/manifests';
import type { Parts } from './ui/main';
import { registerCommand, showProblem } from './ui/problems';
import { showTree } from './ui/tree/nodeTree';

/** What tests inside VS Code look at. Given in test mode alone: the extension has no API. */
export interface TestAccess {
  readonly parts: () => Promise<Parts>;
  readonly isStarted: () => boolean;
}

/**
 * Registers what VS Code calls by name: commands, views, restored panels. Every window pays for this file, so all else is in
 * `ui/main.ts`, which is loaded when one of them is first called, or a manifest is open that may hold a policy.
 */
export function activate(context: vscode.ExtensionContext): TestAccess | undefined {
  const { extensionMode, extensionUri, globalState: memory, secrets, subscriptions } = context;
  const log = vscode.window.createOutputChannel('Cilium Bench', { log: true });
  let isEnded = false;
  let started: Promise<Parts> | undefined;
  const start = async (): Promise<Parts> => {
    const { startParts } = await import('./ui/main');
    // What is started now would never be let go of.
    if (isEnded) throw new vscode.CancellationError();
    const made = startParts({ extensionUri, log, secrets, targetsView, runsView, policyView, memory });
    subscriptions.push(made);
    return made;
  };
  const parts = (): Promise<Parts> => (started ??= start());
  const targetsView = showTree(views.targets, async () => (await parts()).targets);
  const runsView = showTree(views.runs, async () => (await parts()).runs, { canSelectMany: true });
  const policyView = showTree(views.policyCost, async () => (await parts()).policies);

  const startSoon = (): void => {
    parts().catch((error: unknown) => {
      if (!isEnded) showProblem(log, error);
    });
  };
  // After activation, and one look: what interrupted runs left on clusters is shown without being asked for.
  const looking = setImmediate(() => {
    readdir(defaultJournalFolder(process.env), (_, names: readonly string[] | undefined) => {
      if (!isEnded && (names?.length ?? 0) > 0) startSoon();
    });
  });

  subscriptions.push(
    log,
    targetsView,
    runsView,
    policyView,
    ...Object.values(commands).map((id) =>
      registerCommand(log, id, async (...given) => (await parts()).commands[id](...given)),
    ),
    ...Object.values(languageModelTools).map((name) =>
      vscode.lm.registerTool<unknown>(name, {
        invoke: async ({ input }) => (await parts()).tools[name].invoke(input),
        prepareInvocation: async ({ input }) => ({
          invocationMessage: (await parts()).tools[name].saying(input),
        }),
      }),
    ),
    vscode.window.registerWebviewPanelSerializer(resultsPanelType, {
      deserializeWebviewPanel: async (panel, state: unknown) => {
        (await parts()).panels.restore(panel, state);
      },
    }),
    whenPolicyMayBeOpen(startSoon),
    {
      dispose: () => {
        isEnded = true;
        clearImmediate(looking);
      },
    },
  );
  const access: TestAccess = { parts, isStarted: () => started !== undefined };
  return extensionMode === vscode.ExtensionMode.Test ? access : undefined;
}
