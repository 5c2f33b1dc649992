import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  kubeconfigFiles,
  kubeconfigInSetting,
  withKubeconfigSetting,
} from '../../../src/kube/kubeconfigFiles';

const home = path.resolve('/home/dev');
const filesFor = (env: NodeJS.ProcessEnv, setting: string): string[] =>
  kubeconfigFiles(withKubeconfigSetting({ HOME: home, ...env }, setting));

describe('the kubeconfig that a setting names', () => {
  it.each<[string, NodeJS.ProcessEnv, string, string]>([
    ['holds where KUBECONFIG is not set', {}, '/etc/team.yaml', '/etc/team.yaml'],
    ['holds where KUBECONFIG is empty', { KUBECONFIG: ' ' }, '/etc/team.yaml', '/etc/team.yaml'],
    ['gives way to KUBECONFIG', { KUBECONFIG: '/run/ci.yaml' }, '/etc/team.yaml', '/run/ci.yaml'],
    ['gives way to the usual place where it is empty', {}, ' ', '/home/dev/.kube/config'],
    ['may begin at home', {}, '~/clusters/team.yaml', '/home/dev/clusters/team.yaml'],
  ])('%s', (_, env, setting, file) => {
    expect(filesFor(env, setting)).toEqual([path.resolve(file)]);
  });

  it('reaches credential plugins as KUBECONFIG, and changes nothing of the process', () => {
    const env = { HOME: home };
    expect(withKubeconfigSetting(env, '/etc/team.yaml')).toEqual({
      HOME: home,
      KUBECONFIG: '/etc/team.yaml',
    });
    expect(env).toEqual({ HOME: home });
  });
});

describe('the setting of the Kubernetes extension', () => {
  it.each<[unknown, string]>([
    // As its own command writes it, and as people write it.
    [{ 'vs-kubernetes.kubeconfig': '/a' }, '/a'],
    [{ kubeconfig: '/a' }, '/a'],
    [{ 'vs-kubernetes.knownKubeconfigs': ['/a', '/b'] }, ''],
    [{ 'vs-kubernetes.kubeconfig': 7 }, ''],
    [undefined, ''],
    [null, ''],
    ['/a', ''],
  ])('%j names %j', (setting, file) => {
    expect(kubeconfigInSetting(setting)).toBe(file);
  });
});
