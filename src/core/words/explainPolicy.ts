import type { Finding } from '../policy/finding';
import type { Cost } from '../result/cost';
import { costFigures } from './costFigures';
import { costLabel, costSentence } from './costs';
import { policyName, portsOf, podsOf } from './findingPhrases';
import { dataPath, findingSentence, findingTitle } from './findings';
import { fenced, fromPlainMarkdown, plainMarkdown, tableText } from './markdownText';

export interface ExplainedFinding {
  readonly finding: Finding;
  readonly cost: Cost;
  /** What it touches on an open cluster, as a sentence. */
  readonly touched?: string | undefined;
}

/** What is known of one document with policies. */
export interface Explanation {
  /** As people know the file. */
  readonly file: string;
  /** The same for the address of another file that a finding speaks of. */
  readonly nameOf?: (file: string) => string;
  readonly language: string;
  /** The document's own text. */
  readonly source: string;
  /** The line of the file that it begins on, from 0. */
  readonly firstLine: number;
  readonly findings: readonly ExplainedFinding[];
  readonly ciliumVersion: string;
  readonly now: Date;
  readonly timeZone?: string;
}

const mostSource = 20_000;

const paths = (found: readonly ExplainedFinding[]): readonly string[] =>
  [...new Set(found.flatMap(({ finding }) => dataPath(finding) ?? []))].map((path) => `- \`${path}\``);

function trafficTable(found: readonly ExplainedFinding[], now: Date, timeZone: string | undefined): string {
  const rows = found
    .filter(({ finding }) => dataPath(finding) !== null)
    .map(({ finding, cost }) => [
      plainMarkdown(findingTitle(finding)),
      finding.direction ?? '',
      plainMarkdown(portsOf(finding)),
      plainMarkdown(podsOf(finding)),
      cost.source === 'none' ? 'not known' : plainMarkdown(costLabel(cost, now, timeZone)),
    ]);
  return rows.length === 0 ? '' : tableText(['what', 'direction', 'ports', 'endpoints', 'cost'], rows);
}

function costs(found: readonly ExplainedFinding[], timeZone: string | undefined): readonly string[] {
  const parts = found.flatMap(({ cost }) =>
    cost.source === 'none' ? [] : [costFigures(cost), plainMarkdown(costSentence(cost, timeZone))],
  );
  return [...new Set(parts.filter((part) => part !== ''))];
}

const judgedTitle = '## How it was judged';
/** What stands before another place on the page. */
const see = '\n  - see ';

/** Another place that a page names. */
export interface SeenPlace {
  /** Offsets into the page. */
  readonly start: number;
  readonly end: number;
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** The places in other files that a page of {@link explainPolicy} names. */
export function seenPlaces(page: string): readonly SeenPlace[] {
  // Below stands the manifest's own text, which may say anything.
  const [said = ''] = page.split(`\n${judgedTitle}\n`, 1);
  return [...said.matchAll(/\n {2}- see (line (\d+) of (.+?)): [^\n]*/g)].map((match) => {
    const [, place = '', line = '', file = ''] = match;
    const start = match.index + see.length;
    return { start, end: start + place.length, file: fromPlainMarkdown(file), line: Number(line) };
  });
}

function findingLine({ finding, touched }: ExplainedFinding, nameOf: (file: string) => string): string {
  const { severity, code, range, docs, related = [] } = finding;
  const others = related.map(
    (place) =>
      `${see}line ${place.range.start.line + 1}${place.file === undefined ? '' : ` of ${plainMarkdown(nameOf(place.file))}`}: ${plainMarkdown(policyName(place.policy))}`,
  );
  const where = touched === undefined ? '' : ` ${plainMarkdown(touched)}`;
  return `- **${severity}** \`${code}\`, line ${range.start.line + 1}: ${plainMarkdown(findingSentence(finding))}${where} ([documentation](${docs}))${others.join('')}`;
}

function answer(found: readonly ExplainedFinding[], now: Date, timeZone: string | undefined): string {
  const dear = found.find(({ finding, cost }) => dataPath(finding) !== null && cost.source !== 'none');
  if (dear)
    return `${plainMarkdown(findingTitle(dear.finding))}: ${plainMarkdown(costLabel(dear.cost, now, timeZone))}.`;
  if (found.some(({ finding }) => dataPath(finding) !== null))
    return 'Some of its traffic goes through a proxy; what that costs is not known.';
  return 'Nothing here sends traffic through a proxy: it is enforced by eBPF in the kernel, as far as it is enforced at all.';
}

/** A page about one document: what its policies cost, who pays, how that is known. Markdown, to be shared as it is. */
export function explainPolicy(explanation: Explanation): string {
  const {
    file,
    nameOf = (other: string) => other,
    language,
    source,
    firstLine,
    findings,
    ciliumVersion,
    now,
    timeZone,
  } = explanation;
  const names = [...new Set(findings.map(({ finding }) => policyName(finding.policy)))];
  const title = names.length === 1 ? names[0] : file;
  const isCut = source.length > mostSource;
  const measured = costs(findings, timeZone);
  const ways = paths(findings);
  const parts = [
    `# What ${plainMarkdown(title ?? file)} costs`,
    answer(findings, now, timeZone),
    ...(ways.length > 0
      ? ['## Who pays', trafficTable(findings, now, timeZone), '## The way of the packets', ways.join('\n')]
      : []),
    ...(measured.length > 0 ? ['## Cost', ...measured] : []),
    '## Findings',
    findings.length === 0 ? 'None.' : findings.map((found) => findingLine(found, nameOf)).join('\n'),
    judgedTitle,
    `As the API server and the agent of Cilium ${ciliumVersion} do, from the text alone: ${plainMarkdown(file)} from line ${firstLine + 1}. Costs are the newest measured on this machine where there are any, else published ones with their source.`,
    '## The text',
    fenced(isCut ? `${source.slice(0, mostSource)}\n…` : source, language),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
