import * as vscode from 'vscode';
import type { Finding } from '../../core/policy/finding';
import { commands } from '../../ids';
import type { Findings } from './findings';
import { manifestSelector } from './manifests';
import { rangeOf } from './diagnostics';

/** Shows the way of the packets and the numbers where a finding is. `markdownOf` makes the text. */
export function showHovers(
  findings: Findings,
  markdownOf: (finding: Finding) => Promise<string>,
): vscode.Disposable {
  return vscode.languages.registerHoverProvider(manifestSelector, {
    async provideHover(document, position) {
      const analysis = await findings.of(document);
      const found = analysis?.findings.find(({ range }) => rangeOf(range).contains(position));
      if (!found) return undefined;
      const text = new vscode.MarkdownString(await markdownOf(found));
      // What a manifest says is escaped in it; the one link that calls a command is our own.
      text.isTrusted = { enabledCommands: [commands.showRun] };
      return new vscode.Hover(text, rangeOf(found.range));
    },
  });
}
