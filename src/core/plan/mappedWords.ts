import type { PolicyUnderTest } from '../policy/policyUnderTest';

/** What stands in the manifest for the port that is measured, where that is another. */
export function portMapping({ namedPort, port }: PolicyUnderTest): readonly string[] {
  return namedPort === undefined ? [] : [`Its port ${namedPort} is the bench’s ${port}.`];
}

/** How a manifest was changed so that it selects the bench's pods. */
export function mappedWords(
  policy: PolicyUnderTest,
  changed: {
    /** Whether the measured rule names peers, which are others now. */
    readonly peers: boolean;
    readonly otherRules: number;
    readonly specs: number;
    readonly keptSpecs: number;
  },
): readonly string[] {
  const [own, peer] = policy.direction === 'ingress' ? ['server', 'client'] : ['client', 'server'];
  const { otherRules, specs, keptSpecs } = changed;
  return [
    `It selects the bench’s ${own} instead of the pods it names.`,
    ...(policy.kind === 'CiliumClusterwideNetworkPolicy'
      ? ['It is made as a CiliumNetworkPolicy of the bench’s namespace.']
      : []),
    ...(changed.peers ? [`The peers of its measured rule are the bench’s ${peer}.`] : []),
    ...(otherRules > 0
      ? [`The peers of ${otherRules} other ${otherRules === 1 ? 'rule' : 'rules'} match no pod.`]
      : []),
    ...portMapping(policy),
    ...(keptSpecs < specs
      ? [`${specs - keptSpecs} of its ${specs} specs select other pods and are left out.`]
      : []),
  ];
}
