/** The entry of importing and exporting runs, loaded when one is asked for. */
export { exportRun } from './exportRun';
export { importInto, leftOutLine } from './importInto';
