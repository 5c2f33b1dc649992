/** Policies that stand in a cluster, in words. */
import type { Finding, FindingCode } from '../policy/finding';
import { grouped } from './numbers';

/** What of a policy is asked for here; findings are null where it was not analysed. */
interface Judged {
  readonly findings: readonly Finding[] | null;
}

/** Costliest first. */
const proxied: readonly FindingCode[] = [
  'l7-http',
  'l7-http-visibility',
  'l7-tls',
  'l7-listener',
  'l7-kafka',
  'l7-proto',
  'l7-dns',
];

/** What sends its traffic through a proxy: the first such finding. */
export function proxyFinding({ findings }: Judged): Finding | undefined {
  return proxied.flatMap((wanted) => findings?.find(({ code }) => code === wanted) ?? [])[0];
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
