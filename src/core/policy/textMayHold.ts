/** First looks at a text, cheap enough for every keystroke; the analysis itself looks closer. */

/** Everything that findings are about names one of these. */
const findings = /cilium|istio\.io|toPorts/;

/** Whether a text is worth analysing. */
export const textMayHoldPolicy = (text: string): boolean => findings.test(text);

/** The kinds of policy that a run can put in force, at whatever depth they stand, and a Cilium rule by itself. */
const measurable =
  /\bkind["']?\s*:\s*["']?(?:Cilium(?:Clusterwide)?)?NetworkPolicy\b|\b[eE]ndpointSelector["']?\s*:/;

/**
 * Whether a text may hold a policy that can be measured: one of Cilium, or a NetworkPolicy, of which nothing is said in the
 * editor. Objects of Istio, Services and the like send traffic through proxies as well, but no run puts them in force.
 */
export const textMayBeMeasured = (text: string): boolean => measurable.test(text);
