/** A real Prometheus and a real Pushgateway on loopback, for as long as a test file goes on. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { PrometheusPrograms } from './provide.mjs';

/** A time series at one moment, as Prometheus's HTTP API has it. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [seconds: number, value: string];
}

export interface RunningPrometheus {
  /** Address of the Pushgateway. */
  readonly pushgateway: string;
  /** Answers an expression, at a moment in Unix seconds or now. Throws where Prometheus refuses it. */
  query(expression: string, at?: number): Promise<readonly Series[]>;
  stop(): Promise<void>;
}

/** A page that Prometheus scrapes. */
export interface Page {
  readonly contentType: string;
  readonly text: string;
}

async function freePort(): Promise<number> {
  const server = http.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Asks until there is an answer that will do. */
export async function until<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined>,
  seconds = 30,
): Promise<Answer> {
  let last: unknown;
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no ${what} in ${seconds} s`, { cause: last });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'close');
}

/** Starts both. Prometheus scrapes the Pushgateway as docs/export.md says, and each page as a job of its name. */
export async function startPrometheus(
  programs: PrometheusPrograms,
  pages: Readonly<Record<string, Page>>,
): Promise<RunningPrometheus> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'cilium-bench-exports-'));
  const server = http.createServer((request, response) => {
    const page = pages[decodeURIComponent((request.url ?? '').slice(1))];
    if (page === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': page.contentType }).end(page.text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const pagePort = (server.address() as AddressInfo).port;
  const [pushPort, port] = [await freePort(), await freePort()];
  const job = (name: string, targetPort: number, more = {}) => ({
    job_name: name,
    static_configs: [{ targets: [`127.0.0.1:${targetPort}`] }],
    ...more,
  });
  const config = {
    global: { scrape_interval: '500ms', scrape_timeout: '500ms' },
    scrape_configs: [
      job('pushgateway', pushPort, { honor_labels: true }),
      ...Object.keys(pages).map((name) =>
        job(name, pagePort, { metrics_path: `/${encodeURIComponent(name)}` }),
      ),
    ],
  };
  const file = path.join(folder, 'prometheus.yml');
  await writeFile(file, JSON.stringify(config)); // JSON is YAML.
  const options = { cwd: folder, stdio: 'ignore' } as const;
  const children = [
    spawn(programs.pushgateway, [`--web.listen-address=127.0.0.1:${pushPort}`], options),
    spawn(
      programs.prometheus,
      [
        `--config.file=${file}`,
        `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      options,
    ),
  ];
  const stop = async (): Promise<void> => {
    await Promise.all(children.map(end));
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  };
  const query = async (expression: string, at?: number): Promise<readonly Series[]> => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ query: expression, ...(at === undefined ? {} : { time: String(at) }) }),
    });
    const { status, error, data } = (await answer.json()) as {
      status: string;
      error?: string;
      data?: { result: readonly Series[] };
    };
    if (status !== 'success' || data === undefined) throw new Error(`${expression}: ${error ?? status}`);
    return data.result;
  };
  try {
    const ready = async (address: string): Promise<true | undefined> =>
      (await fetch(`${address}/-/ready`)).ok ? true : undefined;
    await until('Pushgateway', () => ready(`http://127.0.0.1:${pushPort}`));
    await until('Prometheus', () => ready(`http://127.0.0.1:${port}`));
  } catch (error) {
    await stop();
    throw error;
  }
  return { pushgateway: `http://127.0.0.1:${pushPort}`, query, stop };
}
