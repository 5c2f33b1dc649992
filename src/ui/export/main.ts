/** The part that exports and pushes, loaded when first needed. */
export { exportRun } from './exportRun';
export { createPushes } from './pushes';
