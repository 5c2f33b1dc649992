import type { Analysis, Finding, FindingCode } from '../policy/finding';
import type { Cost } from '../result/cost';
import { costLabel } from './costs';
import { findingTitle } from './findings';
import { counted } from './numbers';
import { proxyFinding } from './standingPolicies';

/** How a row is marked: nothing of it holds, it costs or does otherwise than it reads, or neither. */
export type RowLevel = 'refused' | 'warning' | 'plain';

export interface RowBadge {
  readonly text: string;
  readonly level: RowLevel;
}

type Fate = 'rejected' | 'dropped' | 'enforces nothing' | 'allows nothing';

/**
 * What becomes of what a finding marks, where it is not enforced as written. Of a rejected policy nothing is; of a dropped part
 * nothing is, though the rest holds.
 */
const fates: Readonly<Partial<Record<FindingCode, (reason: string | undefined) => Fate | undefined>>> = {
  'l7-rejected': () => 'rejected',
  'l7-disabled': () => 'rejected',
  'schema-refused': (reason) => (reason === 'pruned' ? 'dropped' : 'rejected'),
  'l7-pruned': (reason) => (reason === 'in-deny' ? 'dropped' : 'enforces nothing'),
  'istio-l7-no-target': (reason) => (reason === 'rules-dropped' ? 'dropped' : undefined),
  'l7-shadowed': () => 'enforces nothing',
  'allows-nothing': () => 'allows nothing',
};

const fateOf = ({ code, reason }: Finding): Fate | undefined => fates[code]?.(reason);

/** A policy's own name among those of a text. */
const policyKey = ({ document, policy }: Finding): string =>
  JSON.stringify([document, policy.kind, policy.namespace, policy.name]);

/** What is said of a manifest: what is refused first, then what is dropped, then what it costs most. */
export async function manifestBadge(
  { policies, findings }: Pick<Analysis, 'policies' | 'findings'>,
  costOf: (finding: Finding) => Promise<Cost>,
  now: Date,
): Promise<RowBadge> {
  const affected = (wanted: Fate): number =>
    new Set(findings.filter((finding) => fateOf(finding) === wanted).map(policyKey)).size;
  const said = (['rejected', 'dropped'] as const).flatMap((wanted) => {
    const count = affected(wanted);
    if (count === 0) return [];
    if (wanted === 'dropped') return ['rules dropped'];
    return [policies > 1 ? `${counted(count, 'policy', 'policies')} rejected` : 'rejected'];
  });
  const proxied = proxyFinding({ findings });
  const costs = proxied ? [await proxiedText(proxied, costOf, now)] : [];
  if (said.length + costs.length > 0) {
    const level = affected('rejected') > 0 ? 'refused' : 'warning';
    return { text: [...said, ...costs].join(' · '), level };
  }
  const [first] = findings;
  if (first) {
    const more = findings.length - 1;
    return {
      text: [findingTitle(first), ...(more > 0 ? [`${more} more`] : [])].join(' · '),
      level: 'warning',
    };
  }
  return { text: `${counted(policies, 'policy', 'policies')} · nothing through a proxy`, level: 'plain' };
}

/** The number first: a narrow view shows no more. */
async function proxiedText(
  finding: Finding,
  costOf: (finding: Finding) => Promise<Cost>,
  now: Date,
): Promise<string> {
  const cost = await costOf(finding);
  return [...(cost.source === 'none' ? [] : [costLabel(cost, now)]), findingTitle(finding)].join(' · ');
}

/** What is said of one finding beside its policy: what becomes of it, else where it applies. */
export function findingBadge(finding: Finding): RowBadge {
  const { ports, policy, severity } = finding;
  const becomes = fateOf(finding);
  const where = ports.length > 0 ? [`port ${ports.join(', ')}`] : [];
  const level = becomes === 'rejected' ? 'refused' : severity === 'hint' ? 'plain' : 'warning';
  return {
    text: [...(becomes ? [becomes] : []), ...where, policy.name].filter((part) => part !== '').join(' · '),
    level,
  };
}
