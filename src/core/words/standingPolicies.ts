/** Policies that stand in a cluster, in words. */
import type { Finding } from '../policy/finding';
import { grouped } from './numbers';

/** What of a policy is asked for here; findings are null where it was not analysed. */
interface Judged {
  readonly findings: readonly Finding[] | null;
}

/** What sends its traffic through a proxy: the first such finding. */
export function proxyFinding({ findings }: Judged): Finding | undefined {
  return findings?.find(({ code }) => code === 'l7-http') ?? findings?.find(({ code }) => code === 'l7-dns');
}

/** `41 · 6 through a proxy`; says how many were not analysed. */
export function policiesSummary(policies: readonly Judged[]): string {
  if (policies.length === 0) return 'none';
  const proxied = policies.filter((policy) => proxyFinding(policy) !== undefined).length;
  const notAnalysed = policies.filter(({ findings }) => findings === null).length;
  return [
    grouped(policies.length),
    ...(proxied > 0 ? [`${grouped(proxied)} through a proxy`] : []),
    ...(notAnalysed > 0 ? [`${grouped(notAnalysed)} not analysed`] : []),
  ].join(' · ');
}
