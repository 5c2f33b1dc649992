/** One context of a kubeconfig, as written there. Nothing of it has been contacted. */
export interface KubeContext {
  readonly name: string;
  readonly cluster: string;
  readonly user: string;
  /** Null where the context names none; the API server's default namespace then holds. */
  readonly namespace: string | null;
  /** Address of the cluster's API server; null where no file describes the cluster. */
  readonly server: string | null;
  readonly current: boolean;
  /** The file that the context was read from. */
  readonly file: string;
}

/** Every context that the user's kubeconfig files name. */
export interface KubeContexts {
  /** The current context first, the others as the files list them. */
  readonly contexts: readonly KubeContext[];
  /** The name that the files give as current, even where no context has that name; null where they give none. */
  readonly current: string | null;
  /** The files that were read. */
  readonly files: readonly string[];
  /** The files that were looked for and are not there; not an error, as with kubectl. */
  readonly missing: readonly string[];
  /** What could not be read or does not fit together, with the file that says so. */
  readonly problems: readonly { readonly file: string; readonly reason: string }[];
}
