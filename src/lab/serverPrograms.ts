import path from 'node:path';
import { Problem } from '../core/problem';
import type { Plan } from '../core/plan/plan';
import type { ServerKind } from '../core/target';
import { toolFor } from '../core/tool/registry';
import type { FoundTool, FoundTools } from './tools/foundTools';

/** A server's command line. */
export interface ServerProgram {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly threadsEnd: boolean;
}

const toolOf: Readonly<Record<ServerKind, string>> = {
  http: 'fortio',
  stream: 'iperf3',
  'round-trip': 'sockperf',
  netperf: 'netperf',
};

function arguments_(kind: ServerKind, tool: FoundTool, host: string, port: number): readonly string[] {
  switch (kind) {
    case 'http': {
      const off = [
        '-grpc-port',
        'disabled',
        '-redirect-port',
        'disabled',
        '-tcp-port',
        'disabled',
        '-udp-port',
        'disabled',
      ];
      // Without its own pages every path is echoed with 200, whatever a policy speaks of.
      const plain = ['-ui-path', '', '-echo-debug-path', '', '-loglevel', 'warning'];
      return [tool.path, 'server', '-http-port', `${host}:${port}`, ...off, ...plain];
    }
    case 'stream':
      return [tool.path, '-s', '-p', String(port), '-B', host];
    case 'round-trip':
      return [tool.path, 'server', '--tcp', '-i', host, '-p', String(port)];
    case 'netperf':
      return [path.join(path.dirname(tool.path), 'netserver'), '-D', '-4', '-p', String(port)];
  }
}

/** How to start what answers a kind of load. Throws a {@link Problem} when its program is not there. */
export function serverProgram(
  kind: ServerKind,
  tools: FoundTools,
  host: string,
  port: number,
): ServerProgram {
  const name = toolOf[kind];
  const tool = tools.get(name);
  if (!tool)
    throw new Problem('target', `${name} is not there.`, `Install ${name}, or let the lab provide it.`);
  return {
    name: `the ${name} server`,
    argv: arguments_(kind, tool, host, port),
    env: tool.env ?? {},
    // iperf3 3.16 and later start a thread for each stream.
    threadsEnd: kind === 'stream',
  };
}

/** Which servers the loads and probes of a plan need, as far as the tools for them are there. */
export function serversFor(plan: Plan, tools: FoundTools): readonly ServerKind[] {
  const kinds = new Set<ServerKind>();
  for (const step of plan.steps) {
    if (step.kind === 'probe') kinds.add('http');
    if (step.kind !== 'sample') continue;
    const tool = toolFor(step.sample.load, (name) => tools.has(name));
    if (tool?.server) kinds.add(tool.server);
  }
  return [...kinds];
}

/** Whether some step of the plan puts HTTP rules in force. */
export function needsEnvoy(plan: Plan): boolean {
  return plan.steps.some(
    (step) => step.kind === 'change' && step.change.what === 'policy' && step.change.to === 'l7',
  );
}

/** Envoy's command line for a bootstrap file. */
export function envoyArguments(tool: FoundTool, file: string, concurrency: number): readonly string[] {
  return [
    tool.path,
    '--config-path',
    file,
    '--concurrency',
    String(concurrency),
    '--disable-hot-restart',
    '--log-level',
    'warning',
  ];
}
