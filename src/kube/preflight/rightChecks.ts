import type { NeededRight } from '../../core/plan/rights';
import type { Check } from '../../core/target';
import { joined } from '../../core/words/phrases';
import { canI, type ReviewedRight, type Right } from '../client/canI';
import type { KubeClient } from '../client/openClient';

export interface RightPlaces {
  /** The existing namespace of the run; null where it makes one, for which the right must hold everywhere. */
  readonly benchNamespace: string | null;
  readonly ciliumNamespace: string;
}

function namespaceOf({ where }: NeededRight, places: RightPlaces): string | null {
  if (where === 'cluster') return null;
  return where === 'bench' ? places.benchNamespace : places.ciliumNamespace;
}

/** `create, delete pods in namespace bench`. */
function missingText(
  verbs: readonly string[],
  { group, resource }: NeededRight,
  namespace: string | null,
): string {
  const what = group === '' || group.endsWith('.k8s.io') ? resource : `${resource}.${group}`;
  return `${verbs.join(', ')} ${what}${namespace === null ? '' : ` in namespace ${namespace}`}`;
}

/**
 * Asks for every right of the plan, and says which are missing, what each is for and how it can be had. Rights that a run can do
 * without are warnings.
 * @throws Problem where the review itself fails.
 */
export async function rightChecks(
  client: KubeClient,
  scenario: string,
  needed: readonly NeededRight[],
  places: RightPlaces,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const asked = needed.map((right) => ({ right, namespace: namespaceOf(right, places) }));
  const flat = asked.flatMap(({ right, namespace }) =>
    right.verbs.map((verb): Right => ({ verb, group: right.group, resource: right.resource, namespace })),
  );
  const reviewed = await canI(client, flat, signal);
  const isAllowed = ({ verb, group, resource, namespace }: Right): boolean =>
    reviewed.some(
      (one: ReviewedRight) =>
        one.allowed &&
        one.verb === verb &&
        one.group === group &&
        one.resource === resource &&
        one.namespace === namespace,
    );
  const missing = asked.flatMap(({ right, namespace }) => {
    const { group, resource } = right;
    const verbs = right.verbs.filter((verb) => !isAllowed({ verb, group, resource, namespace }));
    return verbs.length === 0 ? [] : [{ right, text: missingText(verbs, right, namespace) }];
  });
  if (missing.length === 0) {
    return [
      { id: 'rights', level: 'ok', text: `User ${client.user} has the ${flat.length} rights that it needs.` },
    ];
  }
  const where = places.benchNamespace === null ? '' : ` --namespace ${places.benchNamespace}`;
  return [true, false].flatMap((optional): Check[] => {
    const own = missing.filter(({ right }) => (right.optional ?? false) === optional);
    if (own.length === 0) return [];
    const reasons = joined([...new Set(own.map(({ right }) => right.reason))]);
    return [
      {
        id: optional ? 'optional-rights' : 'rights',
        level: optional ? 'warning' : 'blocks',
        text: `User ${client.user} may not ${own.map(({ text }) => text).join('; ')}: needed to ${reasons}.`,
        todo: `Ask for it; cilium-bench rbac ${scenario}${where} prints the roles.`,
      },
    ];
  });
}
