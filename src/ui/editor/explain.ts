import * as vscode from 'vscode';
import type { Analysis, Finding } from '../../core/policy/finding';
import type { CiliumVersion } from '../../core/policy/semantics/model';
import { Problem } from '../../core/problem';
import { explainPolicy } from '../../core/words/explainPolicy';
import type { Costs } from './costs';
import { documentLines } from './documentStart';
import type { Findings } from './findings';

export interface Explaining {
  readonly findings: Findings;
  readonly costs: Costs;
  /** What a finding touches on an open cluster, as a sentence. */
  readonly touched: (finding: Finding) => Promise<string | undefined>;
}

/** A text that was analysed. */
export interface AnalysedText {
  readonly text: string;
  /** As people know it. */
  readonly file: string;
  readonly language: 'yaml' | 'json';
  readonly analysis: Analysis | undefined;
  readonly version: CiliumVersion;
}

/**
 * A page about the policies of the YAML document that a line is in; about all of the text where no line is given.
 * @throws Problem (usage) where there is no policy.
 */
export async function explanationOfText(
  { costs, touched }: Pick<Explaining, 'costs' | 'touched'>,
  { text, file, language, analysis, version }: AnalysedText,
  line?: number,
): Promise<string> {
  if (!analysis || analysis.policies === 0)
    throw new Problem('usage', `${file} holds no network policy.`, 'Name a manifest that does.');
  const lines = text.split(/\r?\n/);
  const { first, last } =
    line === undefined ? { first: 0, last: lines.length - 1 } : documentLines(lines, line);
  const own = analysis.findings.filter(({ range }) => range.start.line >= first && range.start.line <= last);
  return explainPolicy({
    file,
    nameOf: (address) => vscode.workspace.asRelativePath(vscode.Uri.parse(address)),
    language,
    source: lines.slice(first, last + 1).join('\n'),
    firstLine: first,
    findings: await Promise.all(
      own.map(async (finding) => ({
        finding,
        cost: await costs.of(finding),
        touched: await touched(finding),
      })),
    ),
    ciliumVersion: version,
    now: new Date(),
  });
}

/** The same of a document, judged as the workspace says. */
export async function explanationOf(
  explaining: Explaining,
  document: vscode.TextDocument,
  line?: number,
): Promise<string> {
  const { findings } = explaining;
  const { version } = await findings.judging(document);
  return explanationOfText(
    explaining,
    {
      text: document.getText(),
      file: vscode.workspace.asRelativePath(document.uri),
      language: document.languageId.startsWith('json') ? 'json' : 'yaml',
      analysis: await findings.of(document),
      version,
    },
    line,
  );
}
