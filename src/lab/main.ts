/** The local lab: the entry that the extension and the command line load when they need it. */
export { namespaceRights, openCalibrationBench } from './calibration/calibrationBench';
export { createLabTarget, type LabOptions } from './labTarget';
export type { FoundTool, FoundTools } from './tools/foundTools';
export { defaultCacheFolder } from './tools/cacheFolder';
export { findTools } from './tools/findTools';
export { describeProvision, missingTools, toolNames, toolsFor, type MissingTool } from './tools/missingTools';
export { provideTools } from './tools/provideTools';
