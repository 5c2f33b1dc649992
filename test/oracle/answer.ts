/* What the program of test/oracle/program is asked and answers: see shapes.go there, which says what each field means. */

export interface ManifestFile {
  readonly name: string;
  readonly text: string;
}

/** One of: a pod, a host, an address, a name that resolved, a reserved entity. */
export interface Party {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly host?: boolean;
  readonly cidr?: string;
  readonly fqdn?: string;
  readonly entity?: string;
}

export interface Flow {
  readonly subject: Party;
  readonly peer: Party;
  readonly direction: 'ingress' | 'egress';
  readonly port: number;
  readonly protocol: string;
  readonly http?: {
    readonly method: string;
    readonly path: string;
    readonly host: string;
    readonly headers?: Readonly<Record<string, string>>;
  };
  readonly dns?: string;
  readonly serverName?: string;
}

export interface OracleRequest {
  readonly files: readonly ManifestFile[];
  readonly namespace?: string;
  readonly options?: readonly string[];
  readonly ask?: readonly ('schema' | 'redirects' | 'endpoints')[];
  readonly selectors?: boolean;
  readonly flows?: readonly Flow[];
}

export interface OracleDocument {
  readonly file: string;
  readonly document: number;
  readonly item?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly unreadable?: string;
  readonly accepted: boolean;
  readonly refusal?: string;
  readonly unknownFields?: readonly string[];
  readonly schema?: {
    readonly accepted: boolean;
    readonly faults?: readonly string[];
    readonly pruned?: readonly string[];
    readonly preflight?: string;
  };
  readonly redirects?: readonly {
    readonly path: string;
    readonly to: string;
    readonly ports?: readonly string[];
    readonly error?: string;
  }[];
}

export interface OracleEndpoint {
  readonly labels: Readonly<Record<string, string>>;
  readonly host?: boolean;
  readonly combined?: boolean;
  readonly error?: string;
  readonly ingress: boolean;
  readonly egress: boolean;
  readonly ports?: readonly {
    readonly direction: 'ingress' | 'egress';
    readonly port: string;
    readonly redirect?: string;
    readonly peers?: string;
    readonly shadow?: readonly string[];
  }[];
}

export interface Decision {
  readonly l4?: 'denied' | 'allowed' | 'proxied';
  readonly redirect?: string;
  readonly verdict: 'allowed' | 'denied' | 'unknown';
  readonly rules?: readonly string[];
  readonly error?: string;
}

export interface OracleAnswer {
  readonly id: number;
  readonly version: string;
  readonly error?: string;
  readonly documents: readonly OracleDocument[];
  readonly peers?: readonly string[];
  readonly endpoints?: readonly OracleEndpoint[];
  readonly decisions?: readonly Decision[];
}
