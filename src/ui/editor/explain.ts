import * as vscode from 'vscode';
import type { Finding } from '../../core/policy/finding';
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

/**
 * A page about the policies of the YAML document that a line is in; about all of the text where no line is given.
 * @throws Problem (usage) where there is no policy.
 */
export async function explanationOf(
  { findings, costs, touched }: Explaining,
  document: vscode.TextDocument,
  line?: number,
): Promise<string> {
  const analysis = await findings.of(document);
  const file = vscode.workspace.asRelativePath(document.uri);
  if (!analysis || analysis.policies === 0)
    throw new Problem('usage', `${file} holds no network policy.`, 'Open a manifest that does.');
  const lines = document.getText().split(/\r?\n/);
  const { first, last } =
    line === undefined ? { first: 0, last: lines.length - 1 } : documentLines(lines, line);
  const own = analysis.findings.filter(({ range }) => range.start.line >= first && range.start.line <= last);
  const { version } = await findings.judging(document);
  return explainPolicy({
    file,
    language: document.languageId.startsWith('json') ? 'json' : 'yaml',
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
