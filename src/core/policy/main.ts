/** The entry of the policy analysis, loaded when first needed: it brings the YAML parser along. */
export { analyse, type AnalyseOptions } from './analyse';
