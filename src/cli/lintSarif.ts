import { createHash } from 'node:crypto';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { repository, version } from '../../package.json';
import { findingCodes, type Range, type Severity } from '../core/policy/finding';
import { findingMeanings } from '../core/words/findingMeanings';
import { policyName } from '../core/words/findingPhrases';
import { findingMessage, titleOf } from '../core/words/findings';
import { findingKey } from './lintBaseline';
import type { LintFinding, LintResult } from './lintReport';

const levels: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
  hint: 'note',
};

const home = repository.url.replace(/\.git$/, '');
const docs = `${home}/blob/v${version}/docs/lint.md#codes`;

/** As `uriBaseId`: where lint was run, which code scanning takes for the root of the repository. */
const root = '%SRCROOT%';

/** A relative reference with forward slashes below the root; what is named by its whole path as a `file:` address. */
function artifactOf(file: string): { readonly uri: string; readonly uriBaseId?: string } {
  if (path.isAbsolute(file)) return { uri: pathToFileURL(file).href };
  const uri = file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  return { uri, uriBaseId: root };
}

function placeOf(file: string, { start, end }: Range): object {
  return {
    artifactLocation: artifactOf(file),
    region: {
      startLine: start.line + 1,
      startColumn: start.character + 1,
      endLine: end.line + 1,
      endColumn: end.character + 1,
    },
  };
}

const plainText = (markdown: string): string => markdown.replace(/[`_]/g, '');

/** All of them in any log: code scanning takes a rule that is missing for one that the tool has no more. */
const rules = findingCodes.map((code) => {
  const { about, meaning } = findingMeanings[code];
  return {
    id: code,
    shortDescription: { text: titleOf(code) },
    fullDescription: { text: plainText(meaning) },
    help: {
      text: `${plainText(meaning)}. See ${docs}`,
      markdown: `${meaning}. [Codes, fixes and settings](${docs})`,
    },
    helpUri: docs,
    properties: { tags: [about], precision: 'high' },
  };
});

/**
 * What stays the same while lines move, and a number where a file has the same several times. `primaryLocationLineHash`, which is
 * what code scanning reads, is left to its upload action: that one computes it from the file, and warns of any other value.
 */
function fingerprinted(): (found: LintFinding) => Readonly<Record<string, string>> {
  const counts = new Map<string, number>();
  return (found) => {
    const key = findingKey(found);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    const hash = createHash('sha256').update(key).digest('hex').slice(0, 32);
    return { 'ciliumBenchFinding/v1': `${hash}:${count}` };
  };
}

/** A SARIF 2.1.0 log (OASIS) with what GitHub's code scanning asks for. Lines and columns from 1, columns in UTF-16 code units. */
export function lintSarif({ findings }: LintResult): string {
  const fingerprints = fingerprinted();
  const results = findings.map((found) => {
    const { file, finding, cost } = found;
    return {
      ruleId: finding.code,
      ruleIndex: findingCodes.indexOf(finding.code),
      level: levels[finding.severity],
      message: { text: findingMessage(finding, cost) },
      locations: [{ physicalLocation: placeOf(file, finding.range) }],
      ...(finding.related === undefined
        ? {}
        : {
            relatedLocations: finding.related.map((related, id) => ({
              id,
              physicalLocation: placeOf(related.file ?? file, related.range),
              message: { text: policyName(related.policy) },
            })),
          }),
      partialFingerprints: fingerprints(found),
      properties: { tags: finding.tags, docs: finding.docs },
    };
  });
  const driver = { name: 'cilium-bench', version, semanticVersion: version, informationUri: home, rules };
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [root]: { description: { text: 'The folder that lint was run in.' } } },
        results,
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}
