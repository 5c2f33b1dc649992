import http from 'node:http';
import https from 'node:https';
import { fingerprintOf } from './credentials';

/** Connections to one API server that are kept open between calls; no more than this many at once. */
export const mostConnections = 32;

/** An idle connection is closed before the API server, or a load balancer before it, closes it in the middle of a call. */
const idleMs = 50_000;

/** Where calls and streams of one context get their connections. */
export interface Agents {
  /** For calls: connections are kept for the next one. */
  readonly calls: http.Agent;
  /** For watches and logs, which hold a connection for minutes and must not take it from the calls. */
  readonly streams: http.Agent;
}

export interface AgentKeeper {
  /**
   * The same agents as long as server and material are the same, new ones after that.
   * @param own the library's agent, made for this material; kept as it is where it goes through a proxy.
   */
  agents(own: http.Agent, material: readonly (string | Buffer | null)[]): Agents;
  close(): void;
}

function keepAlive(own: http.Agent): Agents {
  const kept = { keepAlive: true, maxSockets: mostConnections, timeout: idleMs } as const;
  if (!(own instanceof https.Agent)) return { calls: new http.Agent(kept), streams: new http.Agent() };
  const calls = new https.Agent({ ...own.options, ...kept });
  // All of its connections are alike. Node would put certificates and key into a name of kilobytes, several times a call.
  calls.getName = () => 'API server';
  return { calls, streams: new https.Agent({ ...own.options, keepAlive: false }) };
}

/** Closes what is idle at once, and what is in use when it comes free. */
function retire({ calls, streams }: Agents): void {
  for (const agent of [calls, streams]) {
    agent.maxFreeSockets = 0;
    for (const sockets of Object.values(agent.freeSockets)) sockets?.forEach((socket) => socket.destroy());
  }
}

export function createAgents(isProxied: boolean): AgentKeeper {
  let current: { readonly fingerprint: string; readonly agents: Agents } | null = null;
  return {
    agents(own, material) {
      const fingerprint = fingerprintOf(material);
      if (current?.fingerprint === fingerprint) return current.agents;
      if (current !== null) retire(current.agents);
      current = { fingerprint, agents: isProxied ? { calls: own, streams: own } : keepAlive(own) };
      return current.agents;
    },
    close() {
      if (current !== null) retire(current.agents);
    },
  };
}
