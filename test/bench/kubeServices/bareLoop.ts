import https from 'node:https';
import { scaleObject } from '../../../src/kube/bench/serviceScale/objects';
import type { KubeClient } from '../../../src/kube/client/openClient';
import { seconds } from '../figure';
import { paths, scaleOf } from './ours';

/** A loop that does nothing but send bodies made before, over as many kept connections as ours. */
export async function bareLoop(client: KubeClient, runId: string, count: number): Promise<number> {
  // The administrators of test clusters prove who they are by certificate.
  const options: https.RequestOptions = {};
  await client.library().applyToHTTPSOptions(options);
  const { ca, cert, key } = options;
  const agent = new https.Agent({ keepAlive: true, maxSockets: 32, ca, cert, key });
  const objects = Array.from({ length: count }, (_, index) => scaleObject({ runId }, index)).map(
    ({ service, slice }) => [
      { path: paths.slices, body: Buffer.from(JSON.stringify(slice)) },
      { path: paths.services, body: Buffer.from(JSON.stringify(service)) },
    ],
  );
  const server = new URL(client.server);
  const send = ({ path: where, body }: { path: string; body: Buffer }): Promise<void> =>
    new Promise((resolve, reject) => {
      const request = https.request(
        {
          host: server.hostname,
          port: server.port,
          path: `${where}?fieldValidation=Ignore`,
          method: 'POST',
          agent,
          headers: { 'Content-Type': 'application/json', 'Content-Length': body.length },
        },
        (answer) => {
          answer.resume();
          answer.on('end', () => {
            if (answer.statusCode === 201) resolve();
            else reject(new Error(`the bare loop got ${answer.statusCode ?? 0}`));
          });
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  const remaining = objects[Symbol.iterator]();
  try {
    const took = await seconds(() =>
      Promise.all(
        Array.from({ length: 32 }, async () => {
          for (const both of remaining) for (const one of both) await send(one);
        }),
      ),
    );
    return count / took;
  } finally {
    agent.destroy();
    const left = await scaleOf(client, runId, count);
    await left.close();
  }
}
