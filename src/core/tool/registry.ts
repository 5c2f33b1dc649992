import type { Load } from '../scenario/scenario';
import { bpftool } from './bpftool';
import { fortio } from './fortio';
import { idle } from './idle';
import { iperf3 } from './iperf3';
import { netperf } from './netperf';
import { sockperf } from './sockperf';
import type { LoadTool } from './tool';

/** Every load tool, the preferred one for a kind of load first. A new one is a file here and a line below. */
const loadTools: readonly LoadTool[] = [netperf, sockperf, iperf3, fortio, idle, bpftool];

/** The first tool for this load among those that the client has; undefined when it has none. */
export function toolFor(load: Load, has: (tool: string) => boolean): LoadTool | undefined {
  return loadTools.find((tool) => tool.supports(load) && has(tool.name));
}

/** The names of the tools that could send this load. */
export function toolsFor(load: Load): readonly string[] {
  return loadTools.filter((tool) => tool.supports(load)).map((tool) => tool.name);
}

/** The tool of this name; undefined where there is none, as in runs that other programs made. */
export function toolNamed(name: string): LoadTool | undefined {
  return loadTools.find((tool) => tool.name === name);
}
