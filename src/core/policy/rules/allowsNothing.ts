import { portsOf, type PathFinding, type PolicyCheck } from './policyRule';
import { layer7Docs } from './rule';

const info = { code: 'allows-nothing', severity: 'warning', protocol: null, tags: [], rules: 0 } as const;
const layer3Docs = 'https://docs.cilium.io/en/stable/security/policy/layer3/';

/**
 * Rules that look as if they allowed something. An entry of `toPorts` without ports allows none, and an empty list of peers
 * selects nobody (Cilium `pkg/policy/rule.go`, mergeIngress and mergeEgress). `ingress: [{}]`, the usual way to deny all, is meant.
 */
export const allowsNothing: PolicyCheck = ({ policy }) =>
  policy.rules.flatMap((rule) =>
    rule.rules
      .filter(({ isDeny }) => !isDeny)
      .flatMap((one): PathFinding[] => {
        const { direction, peers } = one;
        const empty = (['endpoints', 'nodes', 'entities', 'cidrs', 'fqdns'] as const).filter(
          (list) => peers[list]?.length === 0,
        );
        const others = Object.values(peers).some((list: number | readonly unknown[]) =>
          typeof list === 'number' ? list > 0 : list.length > 0,
        );
        return [
          ...(empty.length > 0 && !others
            ? [
                {
                  ...info,
                  path: one.path,
                  rule,
                  direction,
                  ports: [],
                  reason: 'empty-peers',
                  docs: layer3Docs,
                },
              ]
            : []),
          ...(one.toPorts ?? [])
            .filter((entry) => entry.ports.length === 0 && entry.rules !== null)
            .map((entry) => ({
              ...info,
              path: entry.rules?.path ?? entry.path,
              rule,
              direction,
              ports: portsOf(entry),
              reason: 'no-ports',
              docs: layer7Docs,
            })),
        ];
      }),
  );
