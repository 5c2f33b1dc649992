import type { Redirect } from '../model';
import { lastPort, type Place, type Ports } from './entries';
import type { DirectionPolicy, MergedSelector, SubjectPolicy } from './merge';
import type { Identity } from './identity';
import { selects, type PeerSelector } from './selector';

/** A port of a subject whose traffic goes through a proxy: all of it that the selectors' peers send. */
export interface RedirectedPort {
  readonly ports: Ports;
  readonly parser: Redirect;
  /** Cilium's name of the parser; differs for proxylib parsers. */
  readonly parserName: string;
  readonly selectors: readonly PeerSelector[];
  /** All entries that send it there; more than one pays once. */
  readonly entries: readonly Place[];
}

function distinct(places: readonly Place[]): readonly Place[] {
  const text = ({ key, index, path }: Place): string => JSON.stringify([key, index, path]);
  return places.length < 2 ? places : [...new Map(places.map((place) => [text(place), place])).values()];
}

const redirectPlaces = ({ origins }: MergedSelector): readonly Place[] =>
  origins.filter(({ policy }) => policy.parser !== null).map(({ place }) => place);

export function redirectedPorts({ filters }: DirectionPolicy): readonly RedirectedPort[] {
  return filters.flatMap(({ ports, selectors }) => {
    const byParser = new Map<string, MergedSelector[]>();
    for (const found of selectors.values()) {
      if (found.policy.isDeny || !found.policy.parser) continue;
      const name = found.policy.parserName;
      byParser.set(name, [...(byParser.get(name) ?? []), found]);
    }
    return [...byParser].flatMap(([name, found]): readonly RedirectedPort[] => {
      const parser = found[0]?.policy.parser;
      if (!parser) return [];
      return [
        {
          ports,
          parser,
          parserName: name,
          selectors: found.map(({ selector }) => selector),
          entries: distinct(found.flatMap(redirectPlaces)),
        },
      ];
    });
  });
}

/** A connection that goes through a proxy twice: on its way out of the client and on its way into the server. */
export interface DoubleProxy {
  readonly client: Identity;
  readonly server: Identity;
  readonly egress: { readonly ports: Ports; readonly parser: Redirect; readonly entries: readonly Place[] };
  readonly ingress: { readonly ports: Ports; readonly parser: Redirect; readonly entries: readonly Place[] };
}

/** Whether one packet can be of both; a name may be any number. */
function portsMeet(a: Ports, b: Ports): boolean {
  if (a.protocol !== b.protocol && a.protocol !== 'ANY' && b.protocol !== 'ANY') return false;
  if (a.portName !== '' || b.portName !== '') return a.portName === b.portName;
  if (a.port === 0 || b.port === 0) return true;
  return a.port <= lastPort(b) && b.port <= lastPort(a);
}

/** Where the client's egress and the server's ingress both send the same connection through a proxy. */
export function doubleProxiesOf(client: SubjectPolicy, server: SubjectPolicy): readonly DoubleProxy[] {
  const egress = client.redirected.filter(
    ({ ports, selectors }) =>
      ports.direction === 'egress' && selectors.some((selector) => selects(selector, server.subject)),
  );
  if (egress.length === 0) return [];
  const ingress = server.redirected.filter(
    ({ ports, selectors }) =>
      ports.direction === 'ingress' && selectors.some((selector) => selects(selector, client.subject)),
  );
  return egress.flatMap((out) =>
    ingress
      .filter((into) => portsMeet(out.ports, into.ports))
      .map((into) => ({ client: client.subject, server: server.subject, egress: out, ingress: into })),
  );
}
