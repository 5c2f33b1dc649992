import { selectedEndpoints } from '../endpoints';
import type { FindingCode } from '../finding';
import type { Judgement } from '../judge';
import { portRulesOf, type FoundPolicy } from '../policies';
import { rules } from '../registry';
import type { ObjectFinding } from './rule';

/** Findings that say that traffic goes through a proxy. */
const proxied: ReadonlySet<FindingCode> = new Set([
  'l7-http',
  'l7-http-visibility',
  'l7-dns',
  'l7-tls',
  'l7-listener',
  'l7-kafka',
  'l7-proto',
]);

function entryFindings(policy: FoundPolicy, { redirects }: Judgement): readonly ObjectFinding[] {
  const { read, isPatch } = policy;
  return portRulesOf(policy).flatMap((portRule) =>
    rules.flatMap((rule) =>
      rule(portRule, read)
        .filter(({ code }) => !proxied.has(code) || redirects(portRule.path))
        .map((finding) => ({
          ...finding,
          tags: isPatch ? [...finding.tags, 'patch'] : finding.tags,
          direction: portRule.direction,
          ports: portRule.ports,
          endpoints: selectedEndpoints(read, portRule.spec),
        })),
    ),
  );
}

/**
 * Every rule about an entry of `toPorts`, on every entry that a Cilium policy has, and what the API server and the agent make
 * of the whole. An entry that is refused itself costs nothing.
 */
export function ciliumPolicyFindings(policy: FoundPolicy, judgement: Judgement): readonly ObjectFinding[] {
  return [...entryFindings(policy, judgement), ...judgement.findings];
}
