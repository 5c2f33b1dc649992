import { statfs } from 'node:fs/promises';
import { freemem, tmpdir } from 'node:os';
import type { Plan } from '../core/plan/plan';
import { variantNeeds } from '../core/plan/needs';
import type { Check } from '../core/target';
import { labCapabilities, type LabMeans } from './capabilities';
import type { Namespaces } from './rights';
import type { FoundTools } from './tools/foundTools';

const mebibyte = 2 ** 20;
/** The servers, Envoy and 30,000 Services stay well below this. */
const leastMemoryMiB = 400;
const leastDiskMiB = 50;

export interface PreflightMeans {
  readonly tools: FoundTools;
  readonly namespaces: Namespaces;
  readonly means: LabMeans;
}

function namespaceCheck(namespaces: Namespaces): Check {
  if (namespaces.rights === null) {
    return {
      id: 'namespaces',
      level: 'warning',
      text: `No network namespaces: ${namespaces.reason}. The lab uses loopback, and part of the plan cannot be measured.`,
      todo: namespaces.todo,
    };
  }
  const how = namespaces.rights === 'root' ? 'as root' : 'without root';
  return { id: 'namespaces', level: 'ok', text: `Network namespaces can be had, ${how}.` };
}

function capabilityChecks(plan: Plan, means: LabMeans): Check[] {
  const { cannot } = labCapabilities(means);
  const needs = new Set(plan.variants.flatMap(variantNeeds));
  return [...needs].flatMap((need): Check[] => {
    const reason = cannot.get(need);
    if (reason === undefined) return [];
    return [
      {
        id: need,
        level: 'blocks',
        text: `The plan needs ${need}, and ${reason}.`,
        todo: 'Make the plan again: it leaves out what cannot be measured.',
      },
    ];
  });
}

function toolChecks(tools: FoundTools): Check[] {
  return [...tools.values()].map(({ name, version, source }) => ({
    id: `tool-${name}`,
    level: 'ok',
    text: `${name} ${version} (${source}).`,
  }));
}

async function roomChecks(): Promise<Check[]> {
  const memoryMiB = Math.floor(freemem() / mebibyte);
  const memory: Check =
    memoryMiB >= leastMemoryMiB
      ? { id: 'memory', level: 'ok', text: `${memoryMiB} MiB of memory are free.` }
      : {
          id: 'memory',
          level: 'warning',
          text: `Only ${memoryMiB} MiB of memory are free.`,
          todo: 'End other programs: a machine that swaps measures its disk.',
        };
  const disk = await statfs(tmpdir()).catch(() => null);
  if (disk === null) return [memory];
  const diskMiB = Math.floor((disk.bavail * disk.bsize) / mebibyte);
  const room: Check =
    diskMiB >= leastDiskMiB
      ? { id: 'disk', level: 'ok', text: `${diskMiB} MiB are free in ${tmpdir()}.` }
      : {
          id: 'disk',
          level: 'warning',
          text: `Only ${diskMiB} MiB are free in ${tmpdir()}.`,
          todo: 'Free disk space: a run that cannot be written is lost.',
        };
  return [memory, room];
}

/** What the preflight finds. It reads, and tries rules in namespaces of its own that are gone afterwards. */
export async function preflightChecks(
  plan: Plan,
  { tools, namespaces, means }: PreflightMeans,
): Promise<readonly Check[]> {
  return [
    namespaceCheck(namespaces),
    ...toolChecks(tools),
    ...capabilityChecks(plan, means),
    ...(await roomChecks()),
  ];
}
