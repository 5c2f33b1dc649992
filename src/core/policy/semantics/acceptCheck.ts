import { createExpressionRefusal, type ExpressionRefusal } from './acceptPatterns';
import type { CiliumVersion, Path, Refusal } from './model';

/** Switches of the agent that acceptance depends on; their values in Cilium's Helm chart are `defaultAgentOptions`. */
export interface AgentOptions {
  /** enable-l7-proxy */
  readonly l7Proxy: boolean;
  /** enable-non-default-deny-policies */
  readonly nonDefaultDeny: boolean;
  /** enable-icmp-rules */
  readonly icmpRules: boolean;
  /** enable-node-selector-labels */
  readonly nodeSelectorLabels: boolean;
  /** enable-extended-ip-protocols, from 1.19 on */
  readonly extendedIpProtocols: boolean;
}
export const defaultAgentOptions: AgentOptions = {
  l7Proxy: true,
  nonDefaultDeny: true,
  icmpRules: true,
  nodeSelectorLabels: false,
  extendedIpProtocols: false,
};

/** What judging one policy needs. */
export interface Check {
  readonly version: CiliumVersion;
  readonly options: AgentOptions;
  readonly refuse: (path: Path, reason: string, agentSays: string) => void;
  readonly expression: ExpressionRefusal;
}

/** `before` stands in front of what the agent says of a rule. */
export function createCheck(
  version: CiliumVersion,
  options: AgentOptions,
  refusals: Refusal[],
): { readonly startingWith: (before: string) => Check } {
  const expression = createExpressionRefusal();
  return {
    startingWith: (before) => ({
      version,
      options,
      expression,
      refuse: (path, reason, agentSays) => {
        // A panic is not the refusal of a rule: nothing stands before it.
        refusals.push({
          path,
          reason,
          agentSays: reason === 'agent-panics' ? agentSays : before + agentSays,
        });
      },
    }),
  };
}
