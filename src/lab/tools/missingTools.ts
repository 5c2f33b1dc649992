import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Capability } from '../../core/scenario/scenario';
import { searchPath } from '../process';
import { catalogue, goWheelBytes, type ToolEntry } from './catalogue';
import type { FoundTools } from './foundTools';

/** A tool that is not on this machine and can be brought. */
export interface MissingTool {
  readonly name: string;
  /** What and from where, e.g. `fortio 1.68.0, built from its Go module`. */
  readonly how: string;
  /** Bytes that are downloaded. */
  readonly bytes: number;
  /** Time it takes on two cores with a fast network. */
  readonly seconds: number;
}

/** A tool that is not on this machine and cannot be brought. */
interface UnavailableTool {
  readonly name: string;
  /** Why, to follow "is not there and cannot be brought: ". */
  readonly reason: string;
  /** What to do, as a sentence. */
  readonly todo: string;
}

export interface MissingTools {
  readonly canBring: readonly MissingTool[];
  readonly cannotBring: readonly UnavailableTool[];
}

/** All tools that the lab knows how to use. */
export const toolNames: readonly string[] = catalogue.map(({ name }) => name);

/** What is about clusters needs none. */
const toolsOf: Readonly<Partial<Record<Capability, readonly string[]>>> = {
  http: ['fortio'],
  stream: ['iperf3'],
  'round-trip': ['sockperf'],
  'service-address': ['nft', 'iptables'],
  vxlan: [],
  'policy-l3l4': ['nft'],
  'policy-l7': ['envoy', 'nft'],
  'service-scale-iptables': ['iptables'],
  'service-scale-nftables': ['nft'],
};

/** Names of the tools that a plan with these needs uses in the lab. */
export function toolsFor(needs: Iterable<Capability>): readonly string[] {
  return [...new Set([...needs].flatMap((need) => toolsOf[need] ?? []))];
}

/** What other tool on this machine does the same work, so that this one need not be brought. */
const substitutes: Readonly<Record<string, string>> = { sockperf: 'netperf' };

/** What a machine offers to bring tools with. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly arch: NodeJS.Architecture;
  /** Whether a program is on PATH or in a folder of the system. */
  has(program: string): boolean;
}

export function thisMachine(env: NodeJS.ProcessEnv): Machine {
  const folders = searchPath(env).split(':');
  return {
    platform: process.platform,
    arch: process.arch,
    has: (program) => folders.some((folder) => existsSync(path.join(folder, program))),
  };
}

function obstacle(
  { title, provision }: ToolEntry,
  machine: Machine,
): { reason: string; todo: string } | null {
  if (machine.platform !== 'linux') {
    return { reason: 'tools are brought on Linux alone', todo: `Install ${title} and put it on PATH.` };
  }
  switch (provision.kind) {
    case 'not-provided':
      return { reason: provision.reason, todo: `Install ${title} and put it on PATH.` };
    case 'go-module':
      if (machine.has('go') || machine.has('python3')) return null;
      return {
        reason: 'it is built with Go, and neither go nor python3, which brings it, is on PATH',
        todo: `Install Python 3 or Go ${provision.leastGo.join('.')} or newer.`,
      };
    case 'wheel':
      if (provision.wheel.sha256[machine.arch] === undefined) {
        return {
          reason: `PyPI's ${provision.wheel.package} ${provision.wheel.version} has none for ${machine.arch}`,
          todo: `Install ${title} and put it on PATH.`,
        };
      }
      if (machine.has('python3')) return null;
      return { reason: 'it comes from PyPI, and python3 is not on PATH', todo: 'Install Python 3.' };
    case 'debian':
      if (machine.has('apt-get') && machine.has('dpkg')) return null;
      return {
        reason: 'it comes from Debian packages, and apt-get is not on PATH',
        todo: `Install ${provision.package} with this machine's package manager.`,
      };
  }
}

function brought(entry: ToolEntry, machine: Machine): MissingTool {
  const { name, title, provision, seconds } = entry;
  switch (provision.kind) {
    case 'go-module': {
      const withGo = machine.has('go');
      const how = `${title} ${provision.version}, built from its Go module`;
      return {
        name,
        how: withGo ? how : `${how} with Go from PyPI`,
        bytes: entry.bytes + (withGo ? 0 : goWheelBytes),
        seconds,
      };
    }
    case 'wheel':
      return { name, how: `${title} ${provision.wheel.version} from PyPI`, bytes: entry.bytes, seconds };
    case 'debian':
    case 'not-provided':
      return { name, how: `${title} from Debian's packages`, bytes: entry.bytes, seconds };
  }
}

/** Which of the wanted tools are not there, and whether they can be brought. Tools the lab does not know are passed over. */
export function missingTools(
  found: FoundTools,
  wanted: Iterable<string>,
  machine: Machine = thisMachine(process.env),
): MissingTools {
  const names = new Set(wanted);
  const canBring: MissingTool[] = [];
  const cannotBring: UnavailableTool[] = [];
  for (const entry of catalogue) {
    const { name } = entry;
    if (!names.has(name) || found.has(name) || found.has(substitutes[name] ?? name)) continue;
    const problem = obstacle(entry, machine);
    if (problem === null) canBring.push(brought(entry, machine));
    else cannotBring.push({ name, ...problem });
  }
  return { canBring, cannotBring };
}

const megabyte = 1_000_000;

/**
 * One line that says what would be brought, from where and how large, for a question or a log:
 * `fortio 1.68.0, built from its Go module (30 MB); Envoy 1.40.0 from PyPI (37 MB)`.
 */
export function describeProvision(tools: readonly MissingTool[]): string {
  return tools
    .map(({ how, bytes }) => `${how} (${bytes < megabyte ? 'less than 1' : Math.round(bytes / megabyte)} MB)`)
    .join('; ');
}
