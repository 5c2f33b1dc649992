import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { whyNodeConfigIsIgnored } from '../../../src/kube/agents/agent';
import { hubbleStateInLog, hubbleStateInStatus } from '../../../src/kube/agents/hubbleState';

const documented = new URL('documented/', import.meta.url);
const files = readdirSync(documented).filter((name) => name.endsWith('.json'));

describe('Hubble by the status of the agent', () => {
  it('is known for each supported version', () => {
    expect(files.map((name) => name.split('.').slice(0, 2).join('.'))).toEqual(
      ['1.16', '1.17', '1.18', '1.19', '1.20'].flatMap((version) => [
        `cilium-${version}`,
        `cilium-${version}`,
      ]),
    );
  });

  it.each(files)('in %s', (name) => {
    const text = readFileSync(new URL(name, documented), 'utf8');
    expect(hubbleStateInStatus(text)).toEqual(
      name.endsWith('-on.json') ? { state: 'on', said: 'Ok' } : { state: 'off', said: 'Disabled' },
    );
  });

  it.each([
    [
      { hubble: { state: 'Warning', msg: 'Hubble starting' } },
      { state: 'unclear', said: 'Warning: Hubble starting' },
    ],
    [{ hubble: { state: 'Failure', msg: 'no socket' } }, { state: 'unclear', said: 'Failure: no socket' }],
    [{ hubble: [] }, { state: 'unclear', said: 'a status without Hubble' }],
    [[], { state: 'unclear', said: 'a status that is not JSON' }],
  ])('is neither on nor off in %j', (status, state) => {
    expect(hubbleStateInStatus(JSON.stringify(status))).toEqual(state);
  });

  it('is not read out of half a status', () => {
    expect(hubbleStateInStatus('{"hubble":{"state":"Ok"').state).toBe('unclear');
  });
});

describe('Hubble by the log of the agent', () => {
  const text = (line: string) => `level=info msg="Serving cilium API"\n${line}\nlevel=info msg="Done"\n`;
  it.each([
    ['level=info msg="Hubble server is disabled" subsys=hubble', 'off'],
    ['{"level":"info","msg":"Hubble server is disabled","module":"agent.controlplane.hubble"}', 'off'],
    [
      'time=2026-11-25T12:00:01Z level=info msg="Starting local Hubble server" module=agent.controlplane.hubble address=unix:///var/run/cilium/hubble.sock',
      'on',
    ],
    ['level=info msg="  --enable-hubble=true"', 'unclear'],
  ])('%s', (line, state) => {
    expect(hubbleStateInLog(text(line)).state).toBe(state);
  });

  it('is what was said last', () => {
    const log = 'Starting local Hubble server\nHubble server is disabled\n';
    expect(hubbleStateInLog(log).state).toBe('off');
  });
});

describe('whether CiliumNodeConfig reaches the agents', () => {
  const spec = (...flags: string[]) => ({
    initContainers: [
      { name: 'mount-cgroup', command: ['sh'] },
      { name: 'config', command: ['cilium-dbg', 'build-config', ...flags] },
    ],
  });
  it.each([
    [spec(), null],
    [spec('--source=config-map:cilium-config,cilium-node-config:kube-system'), null],
    [spec('--source=config-map:cilium-config'), 'daemon.configSources'],
    [spec('--allow-config-keys=none'), 'set enable-hubble'],
    [spec('--allow-config-keys=bpf-lb-acceleration,enable-hubble', '--deny-config-keys=enable-hubble'), null],
    [spec('--deny-config-keys=debug,enable-hubble'), 'set enable-hubble'],
    [spec('--deny-config-keys=debug'), null],
    [{ initContainers: [] }, 'read cilium-config alone'],
    [undefined, 'read cilium-config alone'],
  ])('%#', (pod, reason) => {
    const said = whyNodeConfigIsIgnored(pod, 'enable-hubble');
    if (reason === null) expect(said).toBeNull();
    else expect(said).toContain(reason);
  });
});
