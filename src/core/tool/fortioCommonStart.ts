/**
 * Several fortio that begin at once: each client is a `fortio server`, which sends a load when its REST API is asked to
 * (`rapi/restHandler.go`, v1.68). fortio's multi proxy passes one request on to all of them and answers with all their
 * results, one directly after another, once the last is there (`fhttp/http_forwarder.go`). The results are part of the answers:
 * a client that ended or was begun anew meanwhile fails the whole. Unlike `fortio load`, the API sends a header X-On-Behalf-Of
 * with every request, and counts the errors of first requests.
 */
import { onlyHttp } from './fortio';

/** How an option of `fortio load` is written in a request for the same load. */
type RestOption = (value: string) => readonly (readonly [string, string])[];

const asIs =
  (name: string): RestOption =>
  (value) => [[name, value]];

/** Options that take a value, by what they are called in an argv. */
const valued: Readonly<Record<string, RestOption>> = {
  '-c': asIs('c'),
  // Where 0 is asked for the API takes its default, 8 a second; a negative rate has no limit.
  '-qps': (value) => [['qps', value === '0' ? '-1' : value]],
  '-t': asIs('t'),
  '-r': asIs('r'),
  '-p': asIs('p'),
  '-X': asIs('X'),
  '-H': asIs('H'),
  // The API's answer is JSON always.
  '-json': () => [],
};

const flags: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  '-uniform': [['uniform', 'on']],
  '-nocatchup': [['nocatchup', 'on']],
  '-quiet': [],
};

/** The API has no word for it: it takes what its own process was started with. */
const serverFlags: ReadonlySet<string> = new Set(['-keepalive=false']);

interface RestLoad {
  readonly query: string;
  readonly serverFlags: readonly string[];
}

/** Null for an option that is not known to mean the same in a request. */
function restLoad(argv: readonly string[]): RestLoad | null {
  const url = argv.at(-1);
  if (argv[0] !== 'fortio' || argv[1] !== 'load' || url === undefined) return null;
  const asked: (readonly [string, string])[] = [];
  const own: string[] = [];
  const options = argv.slice(2, -1);
  for (let index = 0; index < options.length; index += 1) {
    const option = options[index] ?? '';
    const flag = Object.hasOwn(flags, option) ? flags[option] : undefined;
    const takes = Object.hasOwn(valued, option) ? valued[option] : undefined;
    if (flag !== undefined) asked.push(...flag);
    else if (serverFlags.has(option)) own.push(option);
    else if (takes !== undefined) {
      index += 1;
      const value = options[index];
      if (value === undefined) return null;
      asked.push(...takes(value));
    } else return null;
  }
  const query = [...asked, ['url', url] as const]
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  return { query, serverFlags: own };
}

/** The processes of a load by several clients. */
export interface CommonStart {
  /** Each client: it does nothing until it is asked to. */
  readonly client: readonly string[];
  /** Passes what it is asked on to the clients at these hosts, to all at once. */
  coordinator(clients: readonly string[]): readonly string[];
  /** Asks the coordinator, on the same host, for the load. Its output is every client's result. */
  readonly starter: readonly string[];
  /** A path that the coordinator answers with 200 once every client answers it so. */
  readonly readyPath: string;
}

/**
 * A `fortio load` of this argv, sent by several clients that begin at once. Null where fortio's API cannot be asked for it.
 * @param port on which clients and coordinator listen.
 * @param path a word that nobody else knows: the API sends load for whoever finds it.
 */
export function commonStart(
  argv: readonly string[],
  port: number,
  path: string,
  timeoutSeconds: number,
): CommonStart | null {
  const load = restLoad(argv);
  if (load === null) return null;
  const quiet = ['-loglevel', 'warning'];
  return {
    client: [
      ...['fortio', 'server', '-http-port', String(port), ...onlyHttp, '-ui-path', `/${path}/`],
      ...['-echo-debug-path', '', ...quiet, ...load.serverFlags],
    ],
    coordinator: (clients) => [
      ...['fortio', 'proxies', ...quiet, '-M'],
      [String(port), ...clients.map((host) => `http://${host}:${port}`)].join(' '),
    ],
    starter: [
      // The standard client takes answers that come in chunks apart; when it was asked and answered, only its verbose log says.
      ...['fortio', 'curl', '-stdclient', '-loglevel', 'verbose', '-timeout', `${timeoutSeconds}s`],
      `http://127.0.0.1:${port}/${path}/rest/run?${load.query}`,
    ],
    readyPath: `/${path}/rest/status`,
  };
}
