/** The entry of choosing, planning and conducting runs, loaded when one is asked for. */
export { conduct } from '../../core/run/conduct';
export { measureHere } from './measureHere';
export { measurePolicy, runBenchmark } from './runBenchmark';
