import type { CalibrationBench } from '../../core/calibration/bench';
import type { Injection } from '../../core/calibration/truth';
import type { Plan } from '../../core/plan/plan';
import { Problem } from '../../core/problem';
import type { Fingerprint } from '../../core/result/run';
import { takeSample } from '../../core/run/measure';
import { labFingerprint } from '../fingerprint';
import { startHolder, type Holder, type Rights } from '../holder';
import { tryFiltering } from '../loaders';
import { systemClocks } from '../machineReadings';
import { benchIn } from '../namespaceBench';
import { findNamespaces } from '../rights';
import { systemProblem } from '../systemProblem';
import type { FoundTools } from '../tools/foundTools';
import { injectInto, type InForce } from './injections';

/** What a bench must be ready for. It has no steps: servers start with their first load. */
const emptyPlan: Plan = {
  scenario: { id: 'calibrate', title: 'Calibration', question: 'Do the readings of this machine hold?' },
  profile: { id: 'quick', rounds: 1, secondsPerLoad: 1, warmupSeconds: 1 },
  parameters: {},
  seed: 0,
  variants: [],
  request: { method: 'GET', path: '/', headers: {} },
  policy: null,
  steps: [],
  seconds: 0,
  notMeasured: [],
  metrics: [],
};

/** How the lab's namespaces can be made. Throws a target {@link Problem} where there are none to be had. */
export async function namespaceRights(signal: AbortSignal): Promise<Rights> {
  const namespaces = await findNamespaces(signal);
  if (namespaces.rights !== null) return namespaces.rights;
  throw new Problem(
    'target',
    `Nothing can be calibrated here, because there are no network namespaces: ${namespaces.reason}.`,
    namespaces.todo,
  );
}

/** Builds the lab as a run does. Throws a target {@link Problem} where there are no network namespaces, and leaves nothing behind. */
export async function openCalibrationBench(
  tools: FoundTools,
  signal: AbortSignal,
): Promise<CalibrationBench> {
  const rights = await namespaceRights(signal);
  try {
    // What packet filtering can do is tried in a lab of its own: its rules stay.
    const trial = await startHolder(rights, signal);
    const filtering = await tryFiltering(trial, tools, signal).finally(() => trial.close());
    const fingerprint = await labFingerprint(tools, { rights, filtering, hasVxlan: trial.hasVxlan });
    const holder = await startHolder(rights, signal);
    const options = { plan: emptyPlan, tools, toolsUsed: [], clocks: systemClocks, rights, filtering };
    return await benchWith(holder, tools, fingerprint, () => benchIn(holder, options, signal));
  } catch (error) {
    throw systemProblem(error);
  }
}

async function benchWith(
  holder: Holder,
  tools: FoundTools,
  fingerprint: Fingerprint,
  openBench: () => ReturnType<typeof benchIn>,
): Promise<CalibrationBench> {
  const bench = await openBench().catch(async (error: unknown) => {
    await holder.close();
    throw error;
  });
  let now: { readonly key: string; readonly inForce: InForce } | null = null;

  const takeOut = async (): Promise<void> => {
    const last = now;
    now = null;
    await last?.inForce.undo();
  };
  const inject = async (injection: Injection, signal: AbortSignal): Promise<InForce> => {
    const key = JSON.stringify(injection);
    // A shaper is made anew, so that its bucket is full; a proxy takes long to start.
    if (now?.key === key && injection.kind !== 'shaped') return now.inForce;
    await takeOut();
    const inForce = await injectInto(holder, tools, injection, signal);
    now = { key, inForce };
    return inForce;
  };

  return {
    fingerprint,
    has: (tool) => tools.has(tool),
    async take({ injection, tool, path, load, ...sample }, signal) {
      const { http } = await inject(injection, signal);
      const asked = {
        ...bench,
        ...(http
          ? {
              address: (...to: Parameters<typeof bench.address>) =>
                to[0] === 'http' ? http : bench.address(...to),
            }
          : {}),
      };
      const request = { method: 'GET', path, headers: {} };
      return takeSample(asked, tool, { ...sample, load, discard: false }, request, null, signal);
    },
    async close() {
      // Namespaces take their rules and qdiscs with them; a control group does not go by itself.
      try {
        await takeOut();
      } catch {
        // The namespace it was in goes now.
      }
      await bench.close();
    },
  };
}
