import type { ClusterFacts } from '../../core/cluster/clusterFacts';
import { messageOf, Problem } from '../../core/problem';
import type { ChangeRecord } from '../../core/result/run';
import type { ProbeAnswer } from '../../core/target';
import type { BenchSpace } from '../bench/space';
import type { Agent } from './agent';
import { readAgent } from './agent';
import type { HubbleNodeConfig } from './hubbleNodeConfig';
import {
  createNodeConfig,
  deleteWithUid,
  hubbleNodeConfig,
  servedNodeConfigVersion,
  standingNodeConfig,
} from './hubbleNodeConfig';
import { systemPause } from './pause';
import { readHubbleState } from './readHubbleState';
import { restartAgent } from './restartAgent';
import type { RestartTimes } from './restartAgent';

export type HubbleSetting = 'as-found' | 'off';

export interface HubbleSwitch {
  /**
   * Turns Hubble off on the bench nodes, or back to what it was, and restarts the agents there one after another.
   * @throws Problem where the API refuses or an agent does not come back; what was begun is then undone by `close`.
   */
  to(setting: HubbleSetting, signal: AbortSignal): Promise<ChangeRecord>;
  /** Asks the agents of the bench nodes once. */
  probe(expect: HubbleSetting, signal: AbortSignal): Promise<ProbeAnswer>;
  /** Puts back what is changed. Gives what could not be put back, a sentence each. Safe to call more than once. */
  close(signal: AbortSignal): Promise<readonly string[]>;
}

/** What is needed to work on the agents, read when it is first needed. */
interface Ready {
  readonly agent: Agent;
  readonly config: HubbleNodeConfig;
}

/** What is in force now, and what has to be done to undo it. */
interface Off {
  uid: string | null;
  /** Nodes whose agents may have read the setting. */
  readonly touched: Set<string>;
  /** Numbers of the journal, to be closed once all is put back. */
  readonly journaled: readonly number[];
}

const words: Readonly<Record<HubbleSetting, string>> = { 'as-found': 'on', off: 'off' };
const defaultTimes: RestartTimes = { pause: systemPause, everyMs: 500, looks: 600 };

/**
 * Hubble on the bench nodes and nowhere else: a CiliumNodeConfig that selects them by hostname, and agents that are restarted to
 * read it (`configuration/per-node-config.rst`, Cilium 1.16 to 1.20). Touches nothing before `to`.
 */
export function createHubbleSwitch(
  space: BenchSpace,
  facts: ClusterFacts,
  times: RestartTimes = defaultTimes,
): HubbleSwitch {
  const { client, journal, cluster, placement } = space;
  const nodes = [...new Set([placement.client.name, placement.server.name])];
  const where = `on ${nodes.join(' and ')}`;
  let ready: Promise<Ready> | null = null;
  let off: Off | null = null;
  let isLookedFor = false;

  async function prepare(signal: AbortSignal): Promise<Ready> {
    const agent = await readAgent(client, facts, signal);
    const version = await servedNodeConfigVersion(client, signal);
    if (version === null)
      throw new Problem(
        'target',
        'This cluster does not serve CiliumNodeConfig.',
        'Leave the scenario hubble out here.',
      );
    return { agent, config: hubbleNodeConfig(space, agent, version) };
  }

  async function prepared(signal: AbortSignal): Promise<Ready> {
    // What failed once, a cancelled call for one, is tried again.
    ready ??= prepare(signal).catch((error: unknown) => {
      ready = null;
      throw error;
    });
    const known = await ready;
    if (!isLookedFor) {
      // A run that is taken up again finds what its first half left.
      const uid = await standingNodeConfig(space, known.config, signal);
      if (uid !== null) off = { uid, touched: new Set(nodes), journaled: [] };
      isLookedFor = true;
    }
    return known;
  }

  /** In the order in which they are to be undone from the last to the first: the object goes, then the agents read anew. */
  async function journalFirst({ agent, config }: Ready): Promise<readonly number[]> {
    const restart = await journal.begin({
      what: `Hubble in the agents of Cilium ${where}`,
      old: words['as-found'],
      new: words.off,
      cluster,
      undo: { kind: 'restart-pods', namespace: agent.namespace, labelSelector: agent.labelSelector, nodes },
    });
    const remove = await journal.begin({
      what: `CiliumNodeConfig in namespace ${agent.namespace} for ${nodes.join(' and ')}`,
      old: 'none',
      new: 'enable-hubble: "false"',
      cluster,
      undo: { kind: 'delete', path: config.path, uid: null },
    });
    return [restart, remove];
  }

  async function turnOff(known: Ready, signal: AbortSignal): Promise<void> {
    if (off === null) {
      const journaled = await journalFirst(known);
      // From here on there may be something to undo, also where the answer to the call is lost.
      off = { uid: null, touched: new Set(), journaled };
      off.uid = await createNodeConfig(space, known.config, signal);
    }
    for (const node of nodes) {
      off.touched.add(node);
      await restartAgent(client, known.agent, node, times, signal);
    }
  }

  async function turnBack(known: Ready, signal: AbortSignal): Promise<void> {
    if (off === null) return;
    const { uid, touched, journaled } = off;
    const standing = uid ?? (await standingNodeConfig(space, known.config, signal));
    if (standing !== null) await deleteWithUid(client, known.config.path, standing, signal);
    for (const node of [...touched]) {
      await restartAgent(client, known.agent, node, times, signal);
      touched.delete(node);
    }
    for (const change of [...journaled].reverse()) await journal.undone(change);
    off = null;
  }

  return {
    async to(setting, signal) {
      const known = await prepared(signal);
      const before = off === null ? 'as-found' : 'off';
      if (setting === 'off') await turnOff(known, signal);
      else await turnBack(known, signal);
      return {
        what: `Hubble ${where}`,
        old: words[before],
        new: words[setting],
        undone: setting === 'as-found',
      };
    },

    async probe(expect, signal) {
      const { agent } = await prepared(signal);
      const states = await Promise.all(nodes.map((node) => readHubbleState(space, agent, node, signal)));
      return {
        asExpected: states.every(({ state }) => state === words[expect]),
        seen: nodes
          .map((node, index) => `the agent on ${node} says “${states[index]?.said ?? ''}”`)
          .join(', '),
      };
    },

    async close(signal) {
      if (off === null) return [];
      try {
        await turnBack(await prepared(signal), signal);
        return [];
      } catch (error) {
        return [`Hubble ${where} is still off (${messageOf(error)})`];
      }
    },
  };
}
