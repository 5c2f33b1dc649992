import type { Finding, FindingCode, Severity } from './finding';
import { ciliumVersions, type CiliumVersion } from './semantics/model';

export type SeverityChoice = Severity | 'off';
export const severityChoices: readonly SeverityChoice[] = ['off', 'hint', 'info', 'warning', 'error'];

/** What a workspace says in `.cilium-bench.yaml` of how its policies are judged. */
export interface AnalysisSettings {
  /** The Cilium version that is judged for; null where none is named. */
  readonly cilium: CiliumVersion | null;
  readonly severities: Readonly<Partial<Record<FindingCode, SeverityChoice>>>;
}

export const noSettings: AnalysisSettings = { cilium: null, severities: {} };

/** `1.19` of `1.19`, `v1.19.4`; the newest known one for later versions; null for what is no version or older than known. */
export function knownVersion(text: string): CiliumVersion | null {
  const [, minor] = /^v?1\.(\d+)(?:\.\d+)?(?:[-+].*)?$/.exec(text.trim()) ?? [];
  if (minor === undefined) return null;
  const newest = ciliumVersions[ciliumVersions.length - 1];
  const exact = ciliumVersions.find((version) => version === `1.${Number(minor)}`);
  return exact ?? (newest !== undefined && Number(minor) > Number(newest.slice(2)) ? newest : null);
}

/** The findings at the severities chosen, without those that are off. */
export function atSeverities(
  findings: readonly Finding[],
  { severities }: Pick<AnalysisSettings, 'severities'>,
): readonly Finding[] {
  if (Object.keys(severities).length === 0) return findings;
  return findings.flatMap((finding) => {
    const choice = severities[finding.code];
    if (choice === undefined) return [finding];
    return choice === 'off' ? [] : [{ ...finding, severity: choice }];
  });
}
