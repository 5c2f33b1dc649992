/** Kinds that the analysis reads, with the API groups that have them: others use the same names. */
interface KnownKind {
  /** What an `apiVersion` begins with; '' is the core group. */
  readonly groups: readonly string[];
  /** Whether it counts as a network policy. */
  readonly isPolicy: boolean;
}

export const knownKinds = {
  CiliumNetworkPolicy: { groups: ['cilium.io/'], isPolicy: true },
  CiliumClusterwideNetworkPolicy: { groups: ['cilium.io/'], isPolicy: true },
  NetworkPolicy: { groups: ['networking.k8s.io/'], isPolicy: true },
  AuthorizationPolicy: { groups: ['security.istio.io/'], isPolicy: true },
  RequestAuthentication: { groups: ['security.istio.io/'], isPolicy: false },
  CiliumEnvoyConfig: { groups: ['cilium.io/'], isPolicy: false },
  CiliumClusterwideEnvoyConfig: { groups: ['cilium.io/'], isPolicy: false },
  Service: { groups: [''], isPolicy: false },
  Namespace: { groups: [''], isPolicy: false },
  Gateway: { groups: ['gateway.networking.k8s.io/'], isPolicy: false },
  Ingress: { groups: ['networking.k8s.io/', 'extensions/'], isPolicy: false },
} as const satisfies Record<string, KnownKind>;

export type ObjectKind = keyof typeof knownKinds;

const isTemplate = (text: string): boolean => text.includes('{{');

/** The known kind of an object; undefined for others. A version that is missing, or comes from a template, may be any. */
export function knownKind(kind: string | undefined, apiVersion: string | undefined): ObjectKind | undefined {
  if (kind === undefined || !Object.hasOwn(knownKinds, kind)) return undefined;
  const known = kind as ObjectKind;
  if (apiVersion === undefined || isTemplate(apiVersion)) return known;
  const groups: readonly string[] = knownKinds[known].groups;
  const fits = groups.some((group) =>
    group === '' ? !apiVersion.includes('/') : apiVersion.startsWith(group),
  );
  return fits ? known : undefined;
}
