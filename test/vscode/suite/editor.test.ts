import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { diagnosticSource } from '../../../src/ids';
import { analyse } from '../../../src/core/policy/main';
import { activated, openManifest, until } from './extension';
import { exampleRun, storeRun, useOwnStore } from './storedRun';

const manifest = `# Only reads are let through.
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: checkout
  namespace: shop
spec:
  endpointSelector:
    matchLabels:
      app: checkout
  ingress:
    - toPorts:
        - ports:
            - port: "8080"
              protocol: TCP
          rules:
            http:
              - method: GET
                path: /items/.*
`;
const httpKey = new vscode.Range(16, 12, 16, 16);

const oursOf = (document: vscode.TextDocument): vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === diagnosticSource);
const someOf = (document: vscode.TextDocument, wanted: RegExp) =>
  until(`a diagnostic like ${String(wanted)}`, () => {
    const found = oursOf(document);
    return found.some(({ message }) => wanted.test(message)) ? found : undefined;
  });
async function lensTitles(document: vscode.TextDocument): Promise<string[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    document.uri,
    10,
  );
  return lenses
    .filter(({ command }) => command?.command.startsWith('ciliumBench.'))
    .map(({ command }) => command?.title ?? '');
}

describe('a manifest in the editor', () => {
  let store: string;
  before(async () => {
    await activated();
    store = await useOwnStore();
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('is marked at the http key alone, with the published cost where nothing was measured', async () => {
    const document = await openManifest(manifest);
    const [found, ...others] = await someOf(document, /Published: 86 to 89/);
    assert.deepEqual(others, []);
    assert.ok(found);
    assert.ok(found.range.isEqual(httpKey), JSON.stringify(found.range));
    assert.equal(found.severity, vscode.DiagnosticSeverity.Warning);
    assert.match(found.message, /port 8080 of pods app=checkout/);
    const { code } = found;
    assert.ok(typeof code === 'object');
    assert.equal(code.value, 'l7-http');
    assert.equal(code.target.scheme, 'https');
  });

  it('shows lenses above the policy', async () => {
    const document = await openManifest(manifest);
    await someOf(document, /Envoy/);
    const titles = await lensTitles(document);
    assert.equal(titles.length, 2);
    assert.match(titles[0] ?? '', /L7 through Envoy · .*published/);
    assert.equal(titles[1], 'Measure This Policy');
  });

  it('shows the way of the packets on hover', async () => {
    const document = await openManifest(manifest);
    await someOf(document, /Envoy/);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      httpKey.start,
    );
    const said = hovers.flatMap(({ contents }) =>
      contents.map((part) => (part instanceof vscode.MarkdownString ? part.value : '')),
    );
    assert.match(said.join('\n'), /client pod → eBPF → Envoy/);
  });

  it('follows the text as it is typed', async () => {
    const document = await openManifest(manifest);
    await someOf(document, /Envoy/);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), '# one line more\n');
    await vscode.workspace.applyEdit(edit);
    await until('the moved diagnostic', () =>
      oursOf(document)[0]?.range.start.line === httpKey.start.line + 1 ? true : undefined,
    );
    const removal = new vscode.WorkspaceEdit();
    removal.delete(document.uri, new vscode.Range(16, 0, 20, 0));
    await vscode.workspace.applyEdit(removal);
    await until('no diagnostic', () => (oursOf(document).length === 0 ? true : undefined));
  });

  it('of another kind is left alone', async () => {
    const document = await openManifest(manifest.replace('cilium.io/v2', 'example.test/v1'));
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.deepEqual(oursOf(document), []);
    assert.deepEqual(await lensTitles(document), []);
  });

  it('quotes the cost once it has been measured on this machine', async () => {
    const document = await openManifest(manifest);
    await someOf(document, /Published/);
    const [finding] = analyse(manifest).findings;
    assert.ok(finding);
    await storeRun(
      store,
      exampleRun('2026-11-23-policy-overhead-y1', { file: 'shop.yaml', textHash: finding.textHash }),
    );
    const [found] = await someOf(document, /Measured on the local lab/);
    assert.match(found?.message ?? '', /67\u2009% fewer requests a second/);
    assert.match(
      (await lensTitles(document)).join('\n'),
      /−67\u2009% RPS[^\n]*\nMeasure This Policy\nShow Run/,
    );
  });
});
