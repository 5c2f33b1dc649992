import { describe, expect, it } from 'vitest';
import { istioFacts } from '../../../src/core/cluster/istio';
import { clusterOf, rawWorkload } from './objects';

// istio/istio manifests/charts at 1.27: Deployment istiod (app=istiod), DaemonSet ztunnel (app=ztunnel).
const istiod = rawWorkload('istio-system/istiod', {
  labels: { app: 'istiod' },
  containers: [{ name: 'discovery', image: 'docker.io/istio/pilot:1.27.1' }],
});
const ztunnel = rawWorkload('istio-system/ztunnel', {
  labels: { app: 'ztunnel' },
  containers: [{ name: 'istio-proxy', image: 'docker.io/istio/ztunnel:1.27.1-distroless' }],
});
const namespace = (name: string, labels: Readonly<Record<string, string>>) => ({
  metadata: { name, labels },
});

describe('Istio', () => {
  it('is not here without istiod and ztunnel', () => {
    expect(istioFacts(clusterOf({}))).toMatchObject({
      mode: { known: true, value: 'none' },
      version: { known: false, because: 'Istio is not here' },
    });
  });

  it('runs sidecars with istiod alone', () => {
    expect(istioFacts(clusterOf({ deployments: [istiod] }))).toMatchObject({
      mode: { value: 'sidecar', evidence: [{ object: 'Deployment istio-system/istiod' }] },
      version: { value: '1.27.1' },
    });
  });

  it('is ambient with ztunnel', () => {
    const facts = istioFacts(clusterOf({ deployments: [istiod], daemonSets: [ztunnel] }));
    expect(facts.mode).toMatchObject({ value: 'ambient' });
  });

  it('is both where namespaces still ask for sidecars', () => {
    const facts = istioFacts(
      clusterOf({
        deployments: [istiod],
        daemonSets: [ztunnel],
        namespaces: [
          namespace('shop', { 'istio-injection': 'enabled' }),
          namespace('canary', { 'istio.io/rev': '1-27' }),
          namespace('off', { 'istio-injection': 'disabled', 'istio.io/rev': '1-27' }),
          namespace('mesh', { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'waypoint' }),
          namespace('both', { 'istio-injection': 'enabled', 'istio.io/dataplane-mode': 'ambient' }),
          namespace('new', { 'istio.io/rev': '1-27', 'istio.io/dataplane-mode': 'ambient' }),
          namespace('plain', { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'none' }),
          namespace('default', {}),
        ],
      }),
    );
    expect(facts).toMatchObject({
      mode: { value: 'sidecar and ambient' },
      sidecarNamespaces: ['shop', 'canary', 'both'],
      ambientNamespaces: ['mesh', 'new', 'plain'],
      waypointNamespaces: ['mesh'],
    });
  });

  it('is found by its revision’s name, and its version is unknown without a tag', () => {
    const revision = rawWorkload('istio-system/istiod-canary', {
      containers: [{ image: 'registry.example:5000/pilot@sha256:11' }],
    });
    expect(istioFacts(clusterOf({ deployments: [revision] }))).toMatchObject({
      mode: { value: 'sidecar' },
      version: { known: false, because: 'the image registry.example:5000/pilot@sha256:11 has no tag' },
    });
  });

  it('is unknown where Deployments may not be read', () => {
    const facts = istioFacts(clusterOf({}, { deployments: 'reading Deployments is forbidden' }));
    expect(facts.mode).toEqual({ known: false, because: 'reading Deployments is forbidden' });
  });
});
