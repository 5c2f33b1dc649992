/** The entry of the policy analysis, loaded when first needed: it brings the YAML parser and RE2 along. */
export { analyse } from './analyse';
export { fixAll } from './fixes/fixAll';
export { fixesFor, type OtherFiles } from './fixes/fixesFor';
export { createWorkspace, type Workspace, type WorkspaceStep } from './workspace';
export { withoutIgnored } from './ignoreComments';
export { measurablePolicies, policyChoice, policyUnderTest, type MeasurablePolicy } from './policyChoice';
export { matches } from './requests';
export { analysisSettingsIn, readAnalysisSettings, type SettingsFault } from './readAnalysisSettings';
