import type http from 'node:http';
import https from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import type { RequestContext, User } from '@kubernetes/client-node';
import type { AgentKeeper, Agents } from './agents';
import type { ContextConfig } from './contextConfig';
import type { CredentialSource } from './credentials';

function asMaterial(value: unknown): string | Buffer | null {
  if (typeof value === 'string' || Buffer.isBuffer(value)) return value;
  return value == null ? null : JSON.stringify(value);
}

function materialOf(options: https.RequestOptions | https.AgentOptions): (string | Buffer | null)[] {
  const { ca, cert, key, pfx, passphrase, servername, rejectUnauthorized } = options;
  return [ca, cert, key, pfx, passphrase, servername, rejectUnauthorized].map(asMaterial);
}

function isFlat(headers: http.OutgoingHttpHeaders | readonly string[]): headers is readonly string[] {
  return Array.isArray(headers);
}

/** The library sets headers by name; the type allows a flat list besides. */
function named(headers: https.RequestOptions['headers']): http.OutgoingHttpHeaders {
  return headers === undefined || isFlat(headers) ? {} : { ...headers };
}

/**
 * The library's picture of one context, with the credentials of {@link CredentialSource} in place of its own: it starts a
 * credential plugin for every call, reads neither `tokenFile` nor impersonated groups, and prefers a certificate's file over
 * its data. The older `auth-provider`s (oidc, gcp, azure) stay with it, and so do proxies.
 *
 * Its typed APIs share one agent, where 1.4.0 would make one for each call.
 */
export class ContextKubeConfig extends KubeConfig {
  constructor(
    private readonly config: ContextConfig,
    credentials: CredentialSource,
    private readonly keeper: AgentKeeper,
  ) {
    super();
    const { cluster, user } = config;
    const authority = cluster.authority;
    this.loadFromOptions({
      clusters: [
        {
          name: 'cluster',
          server: cluster.server,
          // The library refuses plain HTTP without it; there is no certificate to verify there.
          skipTLSVerify: cluster.skipVerify || cluster.server.startsWith('http:'),
          ...(authority === null
            ? {}
            : 'data' in authority
              ? { caData: authority.data }
              : { caFile: authority.file }),
          ...(cluster.tlsServerName === null ? {} : { tlsServerName: cluster.tlsServerName }),
          ...(cluster.proxyUrl === null ? {} : { proxyUrl: cluster.proxyUrl }),
        },
      ],
      users: [{ name: 'user', ...(user.authProvider === null ? {} : { authProvider: user.authProvider }) }],
      contexts: [{ name: config.name, cluster: 'cluster', user: 'user', namespace: config.namespace }],
      currentContext: config.name,
    });
    this.addAuthenticator({
      isAuthProvider: () => user.authProvider === null,
      applyAuthentication: async (_user: User, options: https.RequestOptions) => {
        const { headers, certificate, key } = await credentials.get();
        options.headers = { ...named(options.headers), ...headers };
        if (certificate !== null) options.cert = certificate;
        if (key !== null) options.key = key;
      },
    });
  }

  /** The headers that prove who is asking, and the connections that are made for them. */
  async prepare(): Promise<{
    readonly headers: Readonly<Record<string, string | string[]>>;
    readonly agents: Agents;
    /** The client's certificate in PEM, where it has one. */
    readonly certificate: Buffer | null;
  }> {
    const options: https.RequestOptions = {};
    await this.applyToHTTPSOptions(options);
    const { agent, cert, headers } = options;
    if (typeof agent !== 'object') throw new Error('The library gave no agent.');
    const given = Object.entries({ ...named(headers), ...this.config.user.impersonation });
    return {
      headers: Object.fromEntries(
        given.map(([name, value]) => [name, Array.isArray(value) ? value.map(String) : String(value)]),
      ),
      agents: this.keeper.agents(agent, [this.config.cluster.server, ...materialOf(options)]),
      certificate: Buffer.isBuffer(cert) ? cert : null,
    };
  }

  override async applySecurityAuthentication(context: RequestContext): Promise<void> {
    await super.applySecurityAuthentication(context);
    const own = context.getAgent();
    if (!(own instanceof https.Agent) || this.config.cluster.proxyUrl !== null) return;
    const material = [this.config.cluster.server, ...materialOf(own.options)];
    context.setAgent(this.keeper.agents(own, material).calls);
  }
}
