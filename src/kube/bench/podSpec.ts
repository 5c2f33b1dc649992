/** What every pod of a bench has in common. It passes Pod Security `restricted` unless it is on the host network. */
import { roleLabel, type BenchRole } from '../../core/plan/benchLabels';
import type { KubeObject } from '../../core/plan/plan';
import type { BenchImages, RunSettings } from '../runSettings';
import type { BenchNode } from './space';

/** Tells what a pod is for among those of its role: the kind of a server, the name of a load. */
export const partLabel = 'cilium-bench.io/part';

/** CPU and memory, requests and limits alike. */
export interface PodResources {
  readonly cpu: string;
  readonly memory: string;
}

export interface BenchContainer {
  readonly name: string;
  readonly image: keyof BenchImages;
  /** `argv[0]` is found on the image's PATH. */
  readonly argv: readonly string[];
  readonly resources: PodResources;
  readonly port?: number;
}

/** A container that runs beside the others from before their start to their end (Kubernetes 1.29). */
export interface Sidecar extends BenchContainer {
  readonly port: number;
  /** The others are started once it answers this path with 200. */
  readonly readyPath: string;
}

export interface PodShape {
  readonly role: BenchRole;
  readonly part: string;
  /** Any of these. Several are filled evenly. */
  readonly nodes: readonly BenchNode[];
  readonly containers: readonly BenchContainer[];
  readonly sidecar?: Sidecar;
  readonly hostNetwork: boolean;
  readonly restartPolicy: 'Always' | 'Never';
}

/** Nobody's user in most images; the images need none of their own (distroless uses the same). */
const user = 65_532;
/** Ports below this need a right that restricted pods lack; in a pod's own network the limit can be moved (a safe sysctl). */
const firstFreePort = 1024;

function containerSpec(container: BenchContainer, images: BenchImages): KubeObject {
  const { name, image, argv, resources, port } = container;
  return {
    name,
    image: images[image],
    imagePullPolicy: 'IfNotPresent',
    command: argv,
    resources: { requests: resources, limits: resources },
    ...(port === undefined ? {} : { ports: [{ containerPort: port, protocol: 'TCP' }] }),
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}

/** An init container that is restarted always is what Kubernetes calls a sidecar. */
function sidecarSpec(sidecar: Sidecar, images: BenchImages): KubeObject {
  const { port, readyPath } = sidecar;
  return {
    ...containerSpec(sidecar, images),
    restartPolicy: 'Always',
    // Its end is not waited for here: what does not come of it is told by events before that.
    startupProbe: {
      httpGet: { path: readyPath, port },
      periodSeconds: 1,
      timeoutSeconds: 5,
      failureThreshold: 300,
    },
  };
}

function securityContext({ containers, hostNetwork }: PodShape): KubeObject {
  const lowest = Math.min(...containers.map(({ port }) => port ?? firstFreePort));
  return {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: user,
    seccompProfile: { type: 'RuntimeDefault' },
    ...(lowest < firstFreePort && !hostNetwork
      ? { sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: String(lowest) }] }
      : {}),
  };
}

/** Metadata's labels of a pod, besides those of the run. */
export function podLabels({ role, part }: Pick<PodShape, 'role' | 'part'>): Readonly<Record<string, string>> {
  return { [roleLabel]: role, [partLabel]: part };
}

/** A pod's `spec`. */
export function podSpec(shape: PodShape, settings: RunSettings): KubeObject {
  const { nodes, containers, sidecar, hostNetwork, restartPolicy } = shape;
  return {
    restartPolicy,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 1,
    ...(hostNetwork ? { hostNetwork } : {}),
    securityContext: securityContext(shape),
    // Affinity and not nodeName: the scheduler then still checks room, taints and ports.
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            {
              matchExpressions: [
                {
                  key: 'kubernetes.io/hostname',
                  operator: 'In',
                  values: nodes.map(({ hostname }) => hostname),
                },
              ],
            },
          ],
        },
      },
    },
    ...(nodes.length > 1
      ? {
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'kubernetes.io/hostname',
              whenUnsatisfiable: 'DoNotSchedule',
              labelSelector: { matchLabels: podLabels(shape) },
            },
          ],
        }
      : {}),
    tolerations: settings.tolerations,
    imagePullSecrets: settings.pullSecrets.map((name) => ({ name })),
    ...(sidecar === undefined ? {} : { initContainers: [sidecarSpec(sidecar, settings.images)] }),
    containers: containers.map((container) => containerSpec(container, settings.images)),
  };
}
