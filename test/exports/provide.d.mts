/** What TypeScript tests see of provide.mjs. */

/** Something of others, or why it cannot be had on this machine. */
export type Provided<Thing> = { readonly here: Thing } | { readonly whyNot: string };

/** Paths of the programs. */
export interface PrometheusPrograms {
  readonly promtool: string;
  readonly prometheus: string;
  readonly pushgateway: string;
}

export interface ProvidedForExports {
  readonly prometheus: Provided<PrometheusPrograms>;
  /** The folder whose `node_modules` has Grafana's packages. */
  readonly grafana: Provided<string>;
}

export function provide(env: NodeJS.ProcessEnv, say: (text: string) => void): Promise<ProvidedForExports>;
