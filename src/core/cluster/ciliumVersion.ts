import { type ClusterFact, type Evidence, known, unknown } from './evidence';
import { imageParts } from './image';
import { type WorkloadObject, nameOf } from './objects';

export interface CiliumVersion {
  /** As the image's tag has it, without the leading v, e.g. `1.18.2` or `1.14.13-gke.4`. */
  readonly text: string;
  readonly major: number;
  readonly minor: number;
}

export interface CiliumImage {
  readonly image: string;
  /** `sha256:…`; null where the image is named by tag alone. */
  readonly digest: string | null;
}

/** Null where the text is no version. */
export function ciliumVersionFrom(text: string): CiliumVersion | null {
  const match = /^v?((\d+)\.(\d+)(?:[.-][\w.-]+)?)$/.exec(text);
  if (!match) return null;
  return { text: match[1] ?? '', major: Number(match[2]), minor: Number(match[3]) };
}

/** Whether the version is at least `1.minor`. */
export function isAtLeast(version: CiliumVersion, minor: number): boolean {
  return version.major > 1 || (version.major === 1 && version.minor >= minor);
}

/** The agent's own image: its container is named cilium-agent in every chart since 1.0. */
export function agentImageOf(agent: WorkloadObject): CiliumImage | null {
  const index = agent.containers.indexOf('cilium-agent');
  const image = agent.images[index === -1 ? 0 : index];
  if (image === undefined) return null;
  return { image, digest: imageParts(image).digest };
}

/**
 * From the image's tag, else from the chart's label `helm.sh/chart: cilium-1.18.2`
 * (`install/kubernetes/cilium/templates/cilium-agent/daemonset.yaml` at v1.20.2).
 */
export function ciliumVersionOf(agent: WorkloadObject): ClusterFact<CiliumVersion> {
  const object = nameOf(agent);
  const image = agentImageOf(agent);
  const tag = image ? imageParts(image.image).tag : null;
  const byTag = tag === null ? null : ciliumVersionFrom(tag);
  if (byTag && image) return known(byTag, { object, said: `image ${image.image}` });
  const chart = agent.labels['helm.sh/chart'] ?? '';
  const byChart = ciliumVersionFrom(chart.replace(/^cilium-/, ''));
  if (byChart) return known(byChart, { object, said: `label helm.sh/chart: ${chart}` } satisfies Evidence);
  if (!image) return unknown(`${object} names no image`);
  return unknown(
    tag === null ? `${object} names its image by digest alone` : `the tag ${tag} of ${object} is no version`,
  );
}
