import { blastRadius, namespaceOf } from '../../core/cluster/blastRadius';
import type { Finding } from '../../core/policy/finding';
import { messageOf } from '../../core/problem';
import { blastRadiusNotKnown, blastRadiusSentence } from '../../core/words/blastRadius';
import { dataPath } from '../../core/words/findings';
import type { OpenClusters } from '../tree/openClusters';

/**
 * What a finding that costs something touches on the cluster that is open in the tree, as a sentence; of several, on the current
 * context's. Nothing is asked of a cluster that is not open.
 */
export async function touchedOn(
  finding: Finding,
  clusters: Pick<OpenClusters, 'contexts' | 'state' | 'pods'>,
  current: string | null,
): Promise<string | undefined> {
  const namespace = namespaceOf(finding, 'default');
  if (namespace === undefined || dataPath(finding) === null || finding.tags.includes('patch'))
    return undefined;
  const open = clusters.contexts.filter((context) => clusters.state(context)?.kind === 'known');
  const target = open.find((context) => context === current) ?? open[0];
  if (target === undefined) return undefined;
  try {
    const pods = await clusters.pods(target, namespace);
    if (pods === undefined) return undefined;
    if (pods === null) return blastRadiusNotKnown(target, 'there are too many to be counted');
    const found = blastRadius(finding, pods, namespace);
    return found ? blastRadiusSentence(target, found) : undefined;
  } catch (error) {
    return blastRadiusNotKnown(target, messageOf(error).replace(/[.\s]+$/, ''));
  }
}
