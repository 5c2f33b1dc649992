/** The part that exports, reports and pushes, loaded when first needed. */
export { exportRun } from './exportRun';
export { openReport } from './openReport';
export { createPushes } from './pushes';
