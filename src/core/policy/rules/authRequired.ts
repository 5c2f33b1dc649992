import type { PolicyCheck } from './policyRule';

/** Mutual authentication drops the first packets of a pair of identities until their agents have shaken hands. */
export const authRequired: PolicyCheck = ({ policy }) =>
  policy.rules.flatMap((rule) =>
    rule.rules
      .filter(({ authentication }) => authentication === 'required')
      .map((one) => ({
        code: 'auth-required',
        severity: 'info',
        protocol: null,
        docs: 'https://docs.cilium.io/en/stable/network/servicemesh/mutual-authentication/mutual-authentication/',
        tags: [],
        rules: 0,
        path: [...one.path, 'authentication'],
        rule,
        direction: one.direction,
        ports: [],
      })),
  );
