/** By itself, for the part of the extension that is loaded at once. */
export const settingsFileName = '.cilium-bench.yaml';
