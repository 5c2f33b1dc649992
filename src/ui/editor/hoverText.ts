import type { Finding } from '../../core/policy/finding';
import type { Cost } from '../../core/result/cost';
import { costFigures } from '../../core/words/costFigures';
import { costSentence } from '../../core/words/costs';
import { policyName } from '../../core/words/findingPhrases';
import { dataPath, findingSentence } from '../../core/words/findings';
import { plainMarkdown } from '../../core/words/markdownText';

/** Other places by line; those in other files by their name. */
function relatedText({ related = [] }: Finding): string {
  return related
    .map(({ file, range, policy }) => {
      const where = `line ${range.start.line + 1}${file === undefined ? '' : ` of ${file}`}`;
      return `- ${plainMarkdown(`${policyName(policy)}, ${where}`)}`;
    })
    .join('\n');
}

/** The way of the packets, the numbers and where they come from, as Markdown. */
export function hoverText(finding: Finding, cost: Cost, touched?: string): string {
  const path = dataPath(finding);
  const why = finding.reason === undefined ? '' : ` (${finding.reason})`;
  return [
    plainMarkdown(findingSentence(finding)),
    touched === undefined ? '' : plainMarkdown(touched),
    path === null ? '' : `\`${path}\``,
    costFigures(cost),
    cost.source === 'none' ? '' : plainMarkdown(costSentence(cost)),
    relatedText(finding),
    `\`${finding.code}\`${plainMarkdown(why)} · [How Cilium does this](${finding.docs})`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}
