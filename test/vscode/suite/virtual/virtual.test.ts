import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { diagnosticSource } from '../../../../src/ids';
import { activated, until } from '../extension';
import { memoryFiles } from './memoryFiles';

const scheme = 'memfs';
const policy = (name: string, app: string, rules: string): string => `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: ${name}, namespace: virtual}
spec:
  endpointSelector: {matchLabels: {app: ${app}}}
  ingress:
    - fromEndpoints: [{matchLabels: {app: client}}]
      toPorts:
        - ports: [{port: "9092", protocol: TCP}]
${rules}`;
const rulesOf = (kind: string): string => `          rules:\n            ${kind}:\n              - {}\n`;
const kafka = (name: string): string => policy(name, name, rulesOf('kafka'));

const files = memoryFiles(scheme, {
  '/one/.cilium-bench.yaml': 'cilium: "1.19"\n',
  '/one/queue.yaml': kafka('queue-one'),
  '/one/http.yaml': policy('reads', 'shop', rulesOf('http')),
  '/one/deep/er/open.yaml': policy('open', 'shop', ''),
  '/one/node_modules/left-out.yaml': policy('left-out', 'shop', ''),
  '/two/.cilium-bench.yaml': 'cilium: "1.20"\n',
  '/two/queue.yaml': kafka('queue-two'),
  '/two/other.yaml': kafka('other-two'),
});
const at = (path: string): vscode.Uri => vscode.Uri.from({ scheme, path });

const oursOf = ({ uri }: vscode.TextDocument): readonly vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(uri).filter(({ source }) => source === diagnosticSource);
const codesOf = (document: vscode.TextDocument): string =>
  oursOf(document)
    .map(({ code }) => String(typeof code === 'object' ? code.value : code))
    .sort()
    .join();

async function opened(path: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(at(path));
  await vscode.window.showTextDocument(document);
  return document;
}

describe('folders that are not on disk', () => {
  const registered = vscode.workspace.registerFileSystemProvider(scheme, files, { isCaseSensitive: true });
  before(activated);
  after(async () => {
    while (vscode.window.activeTextEditor)
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    registered.dispose();
  });

  it('have findings, beside the policies of all other files, as these come and go', async () => {
    const document = await opened('/one/http.yaml');
    await until('both findings', () => codesOf(document) === 'l7-http-visibility,l7-shadowed' || undefined);
    const shadowed = oursOf(document).find(({ relatedInformation }) => relatedInformation?.length);
    const seen = shadowed?.relatedInformation?.map(({ location }) => location.uri.toString());
    assert.deepEqual(seen, [at('/one/deep/er/open.yaml').toString()]);
    assert.equal(files.reads.get('/one/node_modules/left-out.yaml'), undefined);
    files.put('/one/deep/er/open.yaml', null);
    await until('no shadow', () => codesOf(document) === 'l7-http-visibility' || undefined);
    files.put('/one/deep/er/open.yaml', policy('open', 'shop', ''));
    await until(
      'the shadow again',
      () => codesOf(document) === 'l7-http-visibility,l7-shadowed' || undefined,
    );
  });

  it('that ask for different versions of Cilium are each judged by their own, and read once for each', async () => {
    const older = await opened('/one/queue.yaml');
    const newer = await opened('/two/queue.yaml');
    await until(
      'both findings',
      () => (codesOf(older) === 'l7-kafka' && codesOf(newer) === 'field-removed') || undefined,
    );
    const others = ['/one/deep/er/open.yaml', '/two/other.yaml'];
    const timesRead = (): readonly (number | undefined)[] => others.map((path) => files.reads.get(path));
    await until('both to be read for both', () =>
      files.reads.get('/two/other.yaml') === 2 ? true : undefined,
    );
    const before = timesRead();
    // Each keystroke is judged by the one version and then by the other.
    for (let round = 1; round <= 5; round += 1) {
      for (const document of [older, newer]) {
        const line = oursOf(document)[0]?.range.start.line ?? 0;
        const edit = new vscode.WorkspaceEdit();
        edit.insert(document.uri, new vscode.Position(0, 0), `# ${round}\n`);
        await vscode.workspace.applyEdit(edit);
        await until(
          'the finding a line below',
          () => oursOf(document)[0]?.range.start.line === line + 1 || undefined,
        );
      }
    }
    assert.deepEqual(timesRead(), before);
  });
});
