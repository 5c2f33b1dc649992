import type { MetricName } from '../result/metrics';
import { saturatedLoad } from './httpLoads';
import { wholeNumber } from './parameters';
import type { HttpLoad, Scenario } from './scenario';

const componentMetrics: readonly MetricName[] = ['componentCpuCores', 'componentMemoryBytes'];

/**
 * What the datapath's own components take, without load and under it. That a load takes CPU is no finding: it stands beside the
 * idle figures and gets no verdict.
 */
export const resources: Scenario = {
  id: 'resources',
  title: 'Resources of the datapath',
  question: 'How much CPU and memory do the components of the datapath take, idle and under load?',
  takesPolicy: false,
  runsOn: ['kube'],
  // A kubelet reads its pods every 10 to 20 seconds (10 and a random part), and a figure needs two readings within the load.
  leastSeconds: 45,
  parameters: [
    { name: 'connections', description: 'connections of the loads', default: '64', keepsComparable: true },
  ],
  variants(parameters) {
    const connections = wholeNumber(parameters, 'connections');
    const load = (keepAlive: boolean): HttpLoad => ({
      ...saturatedLoad(connections, 'pod', keepAlive),
      metrics: ['rps', ...componentMetrics],
    });
    return [
      {
        id: 'idle',
        label: 'idle',
        setting: {},
        loads: [{ kind: 'idle', id: 'idle', via: 'pod', metrics: componentMetrics }],
      },
      {
        id: 'kept',
        label: `${connections} kept connections`,
        setting: {},
        loads: [load(true)],
        beside: 'idle',
      },
      {
        id: 'short',
        label: `a connection a request, ${connections} at a time`,
        setting: {},
        loads: [load(false)],
        beside: 'idle',
      },
    ];
  },
};
