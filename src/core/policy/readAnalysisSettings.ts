import { isMap, isPair, isScalar, LineCounter, parseDocument, type YAMLMap } from 'yaml';
import { Problem } from '../problem';
import {
  knownVersion,
  noSettings,
  severityChoices,
  type AnalysisSettings,
  type SeverityChoice,
} from './analysisSettings';
import { findingCodes, type FindingCode } from './finding';
import { ciliumVersions, type CiliumVersion } from './semantics/model';

const isNothing = (node: unknown): boolean => node === null || (isScalar(node) && node.value === null);

/**
 * Reads a settings file.
 * @throws Problem that names the line, for what is not YAML, a key or code that is unknown, and a value that is none of its choices.
 */
export function readAnalysisSettings(text: string, file: string): AnalysisSettings {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (node: unknown): string =>
    `${file}:${lines.linePos((isScalar(node) ? node.range?.[0] : undefined) ?? 0).line}`;
  const refuse = (where: string, what: string, todo: string): never => {
    throw new Problem('usage', `${where}: ${what}`, todo);
  };
  const [error] = document.errors;
  if (error) refuse(`${file}:${error.linePos?.[0].line ?? 1}`, 'it is not YAML.', 'Correct it first.');
  if (isNothing(document.contents)) return noSettings;
  const entriesOf = (node: unknown, where: string): YAMLMap['items'] =>
    isMap(node)
      ? node.items
      : refuse(where, 'a mapping is expected here.', 'See docs/lint.md for an example.');

  const severities: Partial<Record<FindingCode, SeverityChoice>> = {};
  let cilium: CiliumVersion | null = null;
  for (const pair of entriesOf(document.contents, file)) {
    if (!isPair(pair)) continue;
    const key = isScalar(pair.key) ? String(pair.key.value) : '';
    if (key === 'cilium') {
      const written = isScalar(pair.value) ? (pair.value.source ?? String(pair.value.value)) : '';
      cilium =
        knownVersion(written) ??
        refuse(
          at(pair.key),
          `"${written}" is no Cilium version that is known.`,
          `Known are ${ciliumVersions.join(', ')}.`,
        );
    } else if (key === 'severities') {
      for (const one of isNothing(pair.value) ? [] : entriesOf(pair.value, at(pair.key))) {
        const code = isScalar(one.key) ? String(one.key.value) : '';
        const known = findingCodes.find((candidate) => candidate === code);
        // YAML 1.1 readers take a bare off for false.
        const value = isScalar(one.value)
          ? one.value.value === false
            ? 'off'
            : String(one.value.value)
          : '';
        const choice = severityChoices.find((candidate) => candidate === value);
        if (known === undefined)
          refuse(at(one.key), `"${code}" is no finding.`, 'The codes are listed in docs/lint.md.');
        else if (choice === undefined)
          refuse(at(one.key), `"${value}" is no severity.`, `Choose one of ${severityChoices.join(', ')}.`);
        else severities[known] = choice;
      }
    } else refuse(at(pair.key), `"${key}" is no setting.`, 'The settings are cilium and severities.');
  }
  return { cilium, severities };
}
