import * as vscode from 'vscode';
import type { Disposable } from '../disposable';

/** How the nodes of one kind of tree are drawn and unfolded. */
export interface NodeTree<Node> {
  item(node: Node): vscode.TreeItem;
  /** The roots without a node. */
  children(node: Node | undefined): Promise<readonly Node[]>;
  parent?(node: Node): Node | undefined;
}

export interface TreeHandle<Node> extends Disposable {
  readonly view: vscode.TreeView<Node>;
  /** Reads a node anew, or the whole tree. */
  refresh(node?: Node): void;
}

/** Shows a tree in a view that package.json contributes. The tree is asked for when the view is first seen. */
export function showTree<Node>(
  viewId: string,
  tree: () => Promise<NodeTree<Node>>,
  { canSelectMany = false }: { readonly canSelectMany?: boolean } = {},
): TreeHandle<Node> {
  const changed = new vscode.EventEmitter<Node | undefined>();
  const view = vscode.window.createTreeView<Node>(viewId, {
    showCollapseAll: true,
    canSelectMany,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: async (node) => (await tree()).item(node),
      getChildren: async (node) => [...(await (await tree()).children(node))],
      getParent: async (node) => (await tree()).parent?.(node),
    },
  });
  return {
    view,
    refresh: (node) => {
      changed.fire(node);
    },
    dispose() {
      view.dispose();
      changed.dispose();
    },
  };
}
