import { Problem } from '../core/problem';
import type { Fingerprint, ToolUse } from '../core/result/run';
import type { Target } from '../core/target';
import { labCapabilities, type LabMeans } from './capabilities';
import { labFingerprint } from './fingerprint';
import { startHolder, type Rights } from './holder';
import { tryFiltering, type Filtering } from './loaders';
import { systemClocks, type Clocks } from './machineReadings';
import { openLoopbackBench } from './loopbackBench';
import { openNamespaceBench } from './namespaceBench';
import { preflightChecks } from './preflight';
import { findNamespaces, type Namespaces } from './rights';
import { needsEnvoy, serversFor } from './serverPrograms';
import { systemProblem } from './systemProblem';
import type { FoundTools } from './tools/foundTools';

export interface LabOptions {
  /** How the lab's tools are found, or provided. */
  findTools(signal: AbortSignal): Promise<FoundTools>;
  /** Uses plain loopback even where namespaces can be had. */
  readonly loopback?: boolean;
  /** The machine's own clocks, unless told. */
  readonly clocks?: Clocks;
}

/** What was found out about this machine, once for each set of tools. */
interface Survey {
  readonly tools: FoundTools;
  readonly namespaces: Namespaces;
  readonly built: {
    readonly rights: Rights;
    readonly filtering: Filtering;
    readonly hasVxlan: boolean;
  } | null;
  readonly means: LabMeans;
}

/**
 * Takes a fraction of a second and is shared by all who ask meanwhile: no single one of them cancels it, so it has a
 * signal of its own.
 */
async function survey(tools: FoundTools, loopback: boolean): Promise<Survey> {
  const { signal } = new AbortController();
  const namespaces: Namespaces = loopback
    ? { rights: null, reason: 'the lab was asked to use loopback', todo: 'Leave the loopback option out.' }
    : await findNamespaces(signal);
  if (namespaces.rights === null) {
    const noNamespacesReason = `no network namespaces: ${namespaces.reason}`;
    return { tools, namespaces, built: null, means: { tools, namespaces: null, noNamespacesReason } };
  }
  let holder;
  try {
    holder = await startHolder(namespaces.rights, signal);
  } catch (error) {
    // Namespaces can be had, but not all that goes into them (a container without veth, a read-only /proc/sys).
    if (!(error instanceof Problem)) throw error;
    const none: Namespaces = { rights: null, reason: error.what, todo: error.todo };
    return {
      tools,
      namespaces: none,
      built: null,
      means: { tools, namespaces: null, noNamespacesReason: error.what },
    };
  }
  try {
    const filtering = await tryFiltering(holder, tools, signal);
    const built = { rights: namespaces.rights, filtering, hasVxlan: holder.hasVxlan };
    return { tools, namespaces, built, means: { tools, namespaces: built, noNamespacesReason: '' } };
  } finally {
    await holder.close();
  }
}

function toolUses(tools: FoundTools): readonly ToolUse[] {
  return [...tools.values()].map(({ name, version, source }) => ({ name, version, source }));
}

/** The local lab as a target: this machine's kernel, no cluster. */
export function createLabTarget(options: LabOptions): Target {
  let last: { readonly key: string; readonly survey: Promise<Survey> } | null = null;

  /** Surveyed again when other tools are there than before, and after a survey that failed. */
  const surveyed = async (signal: AbortSignal): Promise<Survey> => {
    const tools = await options.findTools(signal);
    const key = [...tools.values()]
      .map(({ name, path, version }) => `${name} ${path} ${version}`)
      .sort()
      .join('\n');
    if (last?.key !== key) {
      const fresh = { key, survey: survey(tools, options.loopback ?? false) };
      last = fresh;
      fresh.survey.catch(() => {
        if (last === fresh) last = null;
      });
    }
    const done = await last.survey;
    signal.throwIfAborted();
    return done;
  };

  return {
    kind: 'lab',
    name: 'local lab',
    async capabilities(signal) {
      return labCapabilities((await surveyed(signal)).means);
    },
    async fingerprint(signal): Promise<Fingerprint> {
      const { tools, built } = await surveyed(signal);
      return labFingerprint(tools, built);
    },
    async preflight(plan, signal) {
      const { tools, namespaces, means } = await surveyed(signal);
      return preflightChecks(plan, { tools, namespaces, means });
    },
    async open(plan, { signal }) {
      const { tools, built } = await surveyed(signal);
      const toolsUsed = toolUses(tools);
      const clocks = options.clocks ?? systemClocks;
      if (serversFor(plan, tools).includes('http') && !tools.has('fortio')) {
        throw new Problem(
          'target',
          'fortio is not there, and the plan sends HTTP requests.',
          'Install fortio, or let the lab provide it.',
        );
      }
      if (needsEnvoy(plan) && !tools.has('envoy')) {
        throw new Problem(
          'target',
          'envoy is not there, and the plan measures HTTP rules.',
          'Install Envoy, or let the lab provide it.',
        );
      }
      try {
        if (built === null) return await openLoopbackBench({ plan, tools, toolsUsed, clocks }, signal);
        const { rights, filtering } = built;
        return await openNamespaceBench({ plan, tools, toolsUsed, clocks, rights, filtering }, signal);
      } catch (error) {
        throw systemProblem(error);
      }
    },
  };
}
