import path from 'node:path';
import * as vscode from 'vscode';
import type { Finding } from '../../core/policy/finding';
import type { Cost } from '../../core/result/cost';
import { findingMessage } from '../../core/words/findings';
import { findingBadge, manifestBadge, type RowBadge, type RowLevel } from '../../core/words/policyCostRows';
import type { PolicyFile, PolicyFiles } from '../editor/policyFiles';
import type { NodeTree } from './nodeTree';

/** What the Policy Cost view is made of: manifests, and below each what is said of its policies. */
export type PolicyNode =
  | { readonly kind: 'manifest'; readonly file: PolicyFile; readonly badge: RowBadge }
  | {
      readonly kind: 'finding';
      readonly uri: vscode.Uri;
      readonly finding: Finding;
      readonly cost: Cost;
      /** Its place among those of the manifest. */
      readonly at: number;
    };

export interface PolicyTreeSources {
  readonly files: Pick<PolicyFiles, 'list'>;
  readonly costOf: (finding: Finding) => Promise<Cost>;
}

const { None, Collapsed } = vscode.TreeItemCollapsibleState;
const icons: Readonly<Record<RowLevel, vscode.ThemeIcon>> = {
  refused: new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground')),
  warning: new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')),
  plain: new vscode.ThemeIcon('shield'),
};

/** Opens a manifest, with the place of a finding selected where one is meant. */
function revealing(uri: vscode.Uri, finding?: Finding): vscode.Command {
  const range = finding?.range;
  const selection =
    range && new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
  return {
    command: 'vscode.open',
    title: vscode.l10n.t('Show in Manifest'),
    arguments: [uri, { preview: true, ...(selection ? { selection } : {}) }],
  };
}

/** The Policy Cost tree. The workspace is read when it is first seen. */
export function policyTree({ files, costOf }: PolicyTreeSources): NodeTree<PolicyNode> {
  return {
    async children(node) {
      if (node?.kind === 'finding') return [];
      if (!node) {
        const now = new Date();
        return Promise.all(
          (await files.list()).map(async (file): Promise<PolicyNode> => ({
            kind: 'manifest',
            file,
            badge: await manifestBadge(file.analysis, costOf, now),
          })),
        );
      }
      const { uri, analysis } = node.file;
      return Promise.all(
        analysis.findings.map(async (finding, at): Promise<PolicyNode> => ({
          kind: 'finding',
          uri,
          finding,
          cost: await costOf(finding),
          at,
        })),
      );
    },
    item: (node) => (node.kind === 'manifest' ? manifestItem(node) : findingItem(node)),
  };
}

function manifestItem({ file, badge }: Extract<PolicyNode, { kind: 'manifest' }>): vscode.TreeItem {
  const { uri, analysis } = file;
  const label = vscode.workspace.asRelativePath(uri);
  const isOpenable = analysis.findings.length > 0;
  const item = new vscode.TreeItem(label, isOpenable ? Collapsed : None);
  item.id = uri.toString();
  item.iconPath = icons[badge.level];
  item.description = badge.text;
  item.tooltip = [label, badge.text, ...(analysis.skipped === undefined ? [] : [analysis.skipped])].join(
    '\n',
  );
  item.accessibilityInformation = { label: `${label}, ${badge.text}` };
  if (!isOpenable) item.command = revealing(uri);
  return item;
}

function findingItem({ uri, finding, cost, at }: Extract<PolicyNode, { kind: 'finding' }>): vscode.TreeItem {
  const { text, level } = findingBadge(finding);
  const item = new vscode.TreeItem(finding.code, None);
  item.id = `${uri.toString()}#${at}`;
  item.iconPath = icons[level];
  item.description = text;
  item.tooltip = findingMessage(finding, cost);
  item.accessibilityInformation = {
    label: `${finding.code}, ${text}, ${path.posix.basename(uri.path)} line ${finding.range.start.line + 1}`,
  };
  item.command = revealing(uri, finding);
  return item;
}
