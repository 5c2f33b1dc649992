/** Pods that ask the datapath without end, so that a probe needs neither exec nor a port forwarded: their logs are read. */
import type { BenchRole } from '../../core/plan/benchLabels';
import type { HttpRequest, Plan, Probe } from '../../core/plan/plan';
import type { Address, ProbeAnswer } from '../../core/target';
import { proberArgv } from '../../core/tool/fortioAccessLog';
import { objectName } from './names';
import { makeOrAdopt, ownObject } from './objects';
import { podLabels, podSpec, type PodResources, type PodShape } from './podSpec';
import type { PodWatch } from './podWatch';
import { answerFrom } from './proberAnswer';
import { followProber, type ProberFeed } from './proberFeed';
import type { BenchSpace } from './space';
import { waitForRunning } from './startPods';

type HttpProbe = Probe & { readonly kind: 'http' };

/** What one container asks. */
export interface Question {
  readonly to: Address;
  readonly request: HttpRequest;
}

/** Enough for a fortio with one connection; more would be missed on a small node. */
const resources: PodResources = { cpu: '50m', memory: '64Mi' };
/** A prober tells something five times a second. */
const silenceMs = 5_000;

/** A pod with a container for each question, each of them followed. Feeds come in the order of the questions. */
export async function startProberPod(
  space: BenchSpace,
  watch: PodWatch,
  id: string,
  role: BenchRole,
  questions: readonly Question[],
  signals: { readonly starting: AbortSignal; readonly closed: AbortSignal },
): Promise<readonly ProberFeed[]> {
  const name = objectName(space.runId, id);
  const shape: PodShape = {
    role,
    part: id,
    nodes: [space.placement.client],
    containers: questions.map(({ to, request }, index) => ({
      name: `prober-${index}`,
      image: 'fortio',
      argv: proberArgv(to, request),
      resources,
    })),
    hostNetwork: false,
    restartPolicy: 'Always',
  };
  const body = ownObject(space, name, podLabels(shape), {
    apiVersion: 'v1',
    kind: 'Pod',
    spec: podSpec(shape, space.settings),
  });
  await makeOrAdopt(space, 'pods', body, signals.starting);
  const pod = await waitForRunning(
    space,
    watch,
    {
      what: 'the probing pod',
      object: name,
      count: 1,
      of: (candidate) => candidate.name === name && !candidate.gone,
    },
    signals.starting,
  );
  return questions.map((_, index) => followProber(space, pod.name, `prober-${index}`, signals.closed));
}

/** Asks one prober once: of what it sent after the question, until that says something. */
export async function askProber(
  feed: ProberFeed,
  probe: HttpProbe,
  signal: AbortSignal,
): Promise<ProbeAnswer> {
  signal.throwIfAborted();
  const askedMs = performance.now();
  const statuses: number[] = [];
  return new Promise((resolve, reject) => {
    const end = (answer: ProbeAnswer): void => {
      unlisten();
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(answer);
    };
    const onAbort = (): void => {
      unlisten();
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const unlisten = feed.listen((status, beganMs) => {
      if (beganMs < askedMs) return;
      statuses.push(status);
      const answer = answerFrom(probe, statuses);
      if (answer !== null) end(answer);
    });
    const timer = setTimeout(() => {
      const why = feed.problem();
      end({
        asExpected: false,
        seen: `the probing pod told nothing for ${silenceMs / 1000} s${why === null ? '' : ` (${why})`}`,
      });
    }, silenceMs);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** What a probe is about, besides what it expects. */
type Asked = Pick<HttpProbe, 'from' | 'request' | 'to'>;

function keyOf({ from, request, to }: Asked): string {
  return JSON.stringify([from, request, to ?? 'server']);
}

/** Everything different that the plan's probes ask, by who asks it. */
function askedIn(plan: Plan): ReadonlyMap<HttpProbe['from'], readonly Asked[]> {
  const all = new Map<HttpProbe['from'], Map<string, Asked>>();
  for (const step of plan.steps) {
    if (step.kind !== 'probe' || step.probe.kind !== 'http') continue;
    const own = all.get(step.probe.from) ?? new Map<string, Asked>();
    all.set(step.probe.from, own.set(keyOf(step.probe), step.probe));
  }
  return new Map([...all].map(([from, asked]) => [from, [...asked.values()]]));
}

export interface Probers {
  ask(probe: HttpProbe, signal: AbortSignal): Promise<ProbeAnswer>;
}

/** The servers that probes ask. */
export interface Probed {
  readonly server: Address;
  /** Where the plan has one. */
  readonly decoy?: Address;
}

/** Starts a prober for each client and question that the plan's probes name. */
export async function startProbers(
  space: BenchSpace,
  watch: PodWatch,
  plan: Plan,
  { server, decoy }: Probed,
  signals: { readonly starting: AbortSignal; readonly closed: AbortSignal },
): Promise<Probers> {
  const started = await Promise.all(
    [...askedIn(plan)].map(async ([from, asked]) => {
      const questions = asked.map(({ request, to }) => ({
        to: to === 'decoy' ? (decoy ?? server) : server,
        request,
      }));
      const feeds = await startProberPod(space, watch, `prober-${from}`, from, questions, signals);
      return asked.map((one, index) => [keyOf(one), feeds[index]] as const);
    }),
  );
  const feeds = new Map(started.flat());
  return {
    async ask(probe, signal) {
      const feed = feeds.get(keyOf(probe));
      if (feed === undefined) return { asExpected: false, seen: 'the plan has no such probe' };
      return askProber(feed, probe, signal);
    },
  };
}
