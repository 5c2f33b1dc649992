import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument, type YAMLMap } from 'yaml';
import { Problem } from '../problem';
import {
  knownVersion,
  noSettings,
  severityChoices,
  type AnalysisSettings,
  type SeverityChoice,
} from './analysisSettings';
import { findingCodes, type FindingCode, type Position, type Range } from './finding';
import { ciliumVersions, type CiliumVersion } from './semantics/model';

/** What a settings file says that cannot be. */
export interface SettingsFault {
  /** The key or the value. */
  readonly range: Range;
  readonly what: string;
  readonly todo: string;
}

export interface ReadSettings {
  /** What holds; nothing of a text that is no mapping. */
  readonly settings: AnalysisSettings;
  readonly faults: readonly SettingsFault[];
}

/** People write a line a code. */
const longestText = 100_000;

const isNothing = (node: unknown): boolean => node === null || (isScalar(node) && node.value === null);

/** Reads a settings file. Never throws: what is not YAML, an unknown key or code, and a value that is none of its choices are faults. */
export function analysisSettingsIn(text: string): ReadSettings {
  const faults: SettingsFault[] = [];
  const lines = new LineCounter();
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(0, line - 1), character: Math.max(0, col - 1) };
  };
  const fault = (start: number, end: number, what: string, todo: string): void => {
    faults.push({ range: { start: position(start), end: position(end) }, what, todo });
  };
  const faultAt = (node: unknown, what: string, todo: string): void => {
    const [start, end] = isNode(node) ? (node.range ?? [0, 0]) : [0, 0];
    fault(start, end, what, todo);
  };
  if (text.length > longestText) {
    fault(
      0,
      0,
      `it is longer than the ${longestText / 1000} kB that are read.`,
      'Keep settings alone in it.',
    );
    return { settings: noSettings, faults };
  }
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  for (const { pos } of document.errors) fault(pos[0], pos[1], 'it is not YAML.', 'Correct it first.');
  if (faults.length > 0 || isNothing(document.contents)) return { settings: noSettings, faults };
  const entriesOf = (node: unknown, at: unknown): YAMLMap['items'] => {
    if (isMap(node)) return node.items;
    faultAt(at, 'a mapping is expected here.', 'See docs/lint.md for an example.');
    return [];
  };

  const severities: Partial<Record<FindingCode, SeverityChoice>> = {};
  let cilium: CiliumVersion | null = null;
  const readVersion = (key: unknown, value: unknown): void => {
    const written = isScalar(value) ? (value.source ?? String(value.value)) : '';
    cilium = knownVersion(written);
    if (cilium !== null) return;
    const known = `Known are ${ciliumVersions.join(', ')}.`;
    faultAt(written === '' ? key : value, `"${written}" is no Cilium version that is known.`, known);
  };
  const readSeverity = ({ key, value }: YAMLMap['items'][number]): void => {
    const code = isScalar(key) ? String(key.value) : '';
    const known = findingCodes.find((candidate) => candidate === code);
    if (known === undefined) {
      faultAt(key, `"${code}" is no finding.`, 'The codes are listed in docs/lint.md.');
      return;
    }
    // YAML 1.1 readers take a bare off for false.
    const chosen = !isScalar(value) ? '' : value.value === false ? 'off' : String(value.value);
    const choice = severityChoices.find((candidate) => candidate === chosen);
    if (choice !== undefined) severities[known] = choice;
    else {
      const place = isNothing(value) ? key : value;
      faultAt(place, `"${chosen}" is no severity.`, `Choose one of ${severityChoices.join(', ')}.`);
    }
  };
  for (const pair of entriesOf(document.contents, document.contents)) {
    if (!isPair(pair)) continue;
    const { key, value } = pair;
    const name = isScalar(key) ? String(key.value) : '';
    if (name === 'cilium') readVersion(key, value);
    else if (name === 'severities') {
      if (!isNothing(value)) entriesOf(value, key).forEach(readSeverity);
    } else faultAt(key, `"${name}" is no setting.`, 'The settings are cilium and severities.');
  }
  return { settings: { cilium, severities }, faults };
}

/**
 * Reads a settings file that must hold.
 * @throws Problem that names every fault with its line, one a line.
 */
export function readAnalysisSettings(text: string, file: string): AnalysisSettings {
  const { settings, faults } = analysisSettingsIn(text);
  const last = faults[faults.length - 1];
  if (!last) return settings;
  const said = faults.map(
    ({ range, what, todo }) => [`${file}:${range.start.line + 1}: ${what}`, todo] as const,
  );
  const what = said
    .map(([where, todo], at) => (at < said.length - 1 ? `${where} ${todo}\n` : where))
    .join('');
  throw new Problem('usage', what, last.todo);
}
