import * as vscode from 'vscode';
import { languageModelTools } from '../../ids';
import { newestCilium } from '../../core/policy/semantics/model';
import { messageOf, Problem } from '../../core/problem';
import { dayAndTime } from '../../core/words/dates';
import { targetName } from '../../core/words/targets';
import type { RunListing } from '../../store/runListing';
import { explanationOf, explanationOfText, type Explaining } from '../editor/explain';
import { sha256 } from '../editor/sha256';
import type { KeptRuns } from '../keptRuns';
import { headlineText } from '../tree/headline';
import { readComparison, readExplain, readList } from './input';
import { loadAnalysis } from '../editor/loadAnalysis';

type ToolName = (typeof languageModelTools)[keyof typeof languageModelTools];

/** A tool that only reads, on this machine: its answer is a text of bounded length. */
interface Tool {
  /** What VS Code says while it works. */
  readonly saying: (input: unknown) => string;
  readonly answer: (input: unknown) => Promise<string>;
}

/** As VS Code calls them. A problem is an answer as well: a model can do something about it. */
export type Tools = Readonly<
  Record<
    ToolName,
    Pick<Tool, 'saying'> & { readonly invoke: (input: unknown) => Promise<vscode.LanguageModelToolResult> }
  >
>;

/** A model reads what it is given whole, and pays for it. */
const longestAnswer = 20_000;
const bounded = (text: string): string =>
  text.length <= longestAnswer
    ? text
    : `${text.slice(0, longestAnswer)}\n… cut at ${longestAnswer} characters.`;

/** The document of a file in the workspace, or one that is open already: no other file is read. */
async function documentNamed(file: string): Promise<vscode.TextDocument> {
  const open = vscode.workspace.textDocuments.find(
    ({ uri }) => uri.fsPath === file || vscode.workspace.asRelativePath(uri, false) === file,
  );
  if (open) return open;
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    const inside = vscode.Uri.joinPath(uri, file);
    const absolute = file.startsWith('/') || /^[a-z]:[\\/]/i.test(file) ? vscode.Uri.file(file) : undefined;
    for (const candidate of [inside, ...(absolute ? [absolute] : [])]) {
      if (!vscode.workspace.getWorkspaceFolder(candidate)) continue;
      try {
        return await vscode.workspace.openTextDocument(candidate);
      } catch {
        // The next folder may have it.
      }
    }
  }
  throw new Problem(
    'usage',
    `There is no file ${file} in the workspace.`,
    'Name one by its path in the workspace.',
  );
}

function listed(run: RunListing): string {
  const parts = [
    run.id,
    run.title,
    targetName(run.target),
    dayAndTime(run.startedAt.toISOString()),
    run.profile,
    run.state,
    headlineText(run),
    ...(run.policy ? [`policy ${run.policy.name}`] : []),
  ];
  return `- ${parts.join(' · ')}`;
}

const called = ({ saying, answer }: Tool): Tools[ToolName] => ({
  saying: (input) => {
    try {
      return saying(input);
    } catch (error) {
      // What is missing is said by the answer.
      return messageOf(error);
    }
  },
  async invoke(input) {
    const text = await answer(input).catch((error: unknown) => messageOf(error));
    return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(bounded(text))]);
  },
});

const restricted = 'Runs are not read in Restricted Mode.';

/** The tools that language models may call: they read manifests and stored runs, and ask nothing of the network. */
export function createTools(explaining: Explaining, runs: KeptRuns): Tools {
  // Clusters are not asked: what a finding touches there is left out.
  const alone: Explaining = { ...explaining, touched: () => Promise.resolve(undefined) };
  return {
    [languageModelTools.explain]: called({
      saying: (input) =>
        vscode.l10n.t(
          'Reading what the policies of {0} cost',
          readExplain(input).file ?? vscode.l10n.t('a text'),
        ),
      async answer(input) {
        const { file, text, line } = readExplain(input);
        if (text === undefined) return explanationOf(alone, await documentNamed(file ?? ''), line);
        const { analyse, withoutIgnored } = await loadAnalysis();
        const analysis = analyse(text, { hash: sha256 });
        const findings = withoutIgnored(analysis.findings, text);
        return explanationOfText(
          alone,
          {
            text,
            file: 'the text',
            language: text.trimStart().startsWith('{') ? 'json' : 'yaml',
            analysis: { ...analysis, findings },
            version: newestCilium,
          },
          line,
        );
      },
    }),
    [languageModelTools.list]: called({
      saying: () => vscode.l10n.t('Listing the benchmark runs on this machine'),
      async answer(input) {
        if (!vscode.workspace.isTrusted) return restricted;
        const { most, scenario } = readList(input);
        const all = (await runs.list()).runs.filter(
          (run) => scenario === undefined || run.scenario === scenario,
        );
        if (all.length === 0) return 'No such run is kept on this machine.';
        const more = all.length > most ? [`and ${all.length - most} older ones`] : [];
        return [...all.slice(0, most).map(listed), ...more].join('\n');
      },
    }),
    [languageModelTools.compare]: called({
      saying: (input) => {
        const { first, second } = readComparison(input);
        return vscode.l10n.t('Comparing the runs {0} and {1}', first, second);
      },
      async answer(input) {
        if (!vscode.workspace.isTrusted) return restricted;
        const { first, second } = readComparison(input);
        return (await import('../compare/main')).compareAsMarkdown(runs.store, [first, second]);
      },
    }),
  };
}
