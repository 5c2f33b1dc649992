/** One call of the Kubernetes API. */
export interface ApiRequest {
  /** GET where none is given. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From the root of the API server, names already encoded: `/api/v1/namespaces/bench/pods`. */
  readonly path: string;
  /** Those that are undefined are left out; one that is a list is given once for each. */
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** `application/json` where none is given; a PATCH must say which kind of patch it is. */
  readonly contentType?: string;
  /** `application/json` where none is given. */
  readonly accept?: string;
  /** Headers that ask for another protocol: the answer wanted is then 101, and its socket speaks that protocol. */
  readonly upgrade?: Readonly<Record<string, string>>;
  /** Limit for one attempt, from the first byte sent to the last one read. */
  readonly timeoutMs?: number;
  /** A write that may be sent twice without harm, as a review of rights: retried like a read. */
  readonly repeatable?: boolean;
  /** Told each time that the API server has too much to do (429), before the call waits and is sent again. */
  readonly onTurnedAway?: () => void;
  readonly signal?: AbortSignal;
}

/** What a request does, in the words of RBAC. */
export interface RequestedAction {
  readonly verb: string;
  /** With its subresource: `pods/log`. A path where it is no resource: `/version`. */
  readonly resource: string;
  /** Empty for the core group and for paths that are no resource. */
  readonly group: string;
  readonly namespace: string | null;
  readonly name: string | null;
}

const verbs = { POST: 'create', PUT: 'update', PATCH: 'patch' } as const;

function verbOf(request: ApiRequest, name: string | null): string {
  const method = request.method ?? 'GET';
  if (method === 'GET') {
    if (name !== null) return 'get';
    return request.query?.['watch'] === true ? 'watch' : 'list';
  }
  if (method === 'DELETE') return name === null ? 'deletecollection' : 'delete';
  return verbs[method];
}

/**
 * Reads verb, group, resource, namespace and name off a request's path.
 * Source: kubernetes.io, "Kubernetes API Concepts", resource URIs.
 */
export function actionOf(request: ApiRequest): RequestedAction {
  const parts = request.path.split('/').filter((part) => part !== '');
  const rest = parts[0] === 'api' ? parts.slice(2) : parts[0] === 'apis' ? parts.slice(3) : [];
  const group = parts[0] === 'apis' ? (parts[1] ?? '') : '';
  const namespaced = rest[0] === 'namespaces' && rest.length > 2;
  const [resource, name = null, ...sub] = namespaced ? rest.slice(2) : rest;
  if (resource === undefined) {
    return { verb: 'get', resource: request.path, group: '', namespace: null, name: null };
  }
  return {
    verb: verbOf(request, name),
    resource: [resource, ...sub].join('/'),
    group,
    namespace: namespaced ? decodeURIComponent(rest[1] ?? '') : null,
    name: name === null ? null : decodeURIComponent(name),
  };
}

/** `list pods in namespace shop`, `get pods/log of "web-1" in namespace shop`, `read /version`. */
export function phraseOf({ verb, resource, group, namespace, name }: RequestedAction): string {
  if (resource.startsWith('/')) return `read ${resource}`;
  const what = group === '' || !isCustom(group) ? resource : `${resource} (${group})`;
  const which = name === null ? '' : resource.includes('/') ? ` of "${name}"` : ` "${name}"`;
  const where = namespace === null ? '' : ` in namespace ${namespace}`;
  return `${verb} ${what}${which}${where}`;
}

/** Groups that a resource's name alone does not tell. */
function isCustom(group: string): boolean {
  return group.includes('.') && !group.endsWith('.k8s.io');
}
