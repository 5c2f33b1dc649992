import { isRecord } from '../core/tool/json';
import { Problem } from '../core/problem';
import type { LintFinding } from './lintReport';

const baselineSchemaVersion = 1;

/** What stays the same while lines move: where, which code, of which policy and traffic, and why. */
export function findingKey({ file, finding }: LintFinding): string {
  const { code, policy, direction, ports, reason } = finding;
  const parts = [file.replaceAll('\\', '/'), code, policy.kind, policy.namespace ?? '', policy.name];
  return [...parts, direction ?? '', ports.join(','), reason ?? ''].join('|');
}

/** Old findings, counted: the same key found more often than before is new. */
export type Baseline = ReadonlyMap<string, number>;

export function baselineOf(findings: readonly LintFinding[]): Baseline {
  const counts = new Map<string, number>();
  for (const finding of findings) {
    const key = findingKey(finding);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** One finding a line, in order, so that a change of the file reads well in a review. */
export function baselineText(baseline: Baseline): string {
  const findings = Object.fromEntries([...baseline].sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ schemaVersion: baselineSchemaVersion, findings }, null, 2)}\n`;
}

/** @throws Problem for what is no baseline file, or one of a newer version. */
export function readBaseline(text: string, file: string): Baseline {
  const refuse = (what: string): never => {
    throw new Problem('usage', `${file} ${what}.`, 'Write it anew with --write-baseline.');
  };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return refuse('is not JSON');
  }
  if (!isRecord(parsed) || !isRecord(parsed['findings'])) return refuse('is no baseline of findings');
  if (parsed['schemaVersion'] !== baselineSchemaVersion) return refuse('is of another version');
  return new Map(
    Object.entries(parsed['findings']).map(([key, count]) =>
      typeof count === 'number' && Number.isInteger(count) && count > 0
        ? ([key, count] as const)
        : refuse('holds a count that is no whole number'),
    ),
  );
}

/** The findings that the baseline does not hold. */
export function newFindings(findings: readonly LintFinding[], baseline: Baseline): readonly LintFinding[] {
  const left = new Map(baseline);
  return findings.filter((finding) => {
    const key = findingKey(finding);
    const count = left.get(key) ?? 0;
    left.set(key, count - 1);
    return count <= 0;
  });
}
