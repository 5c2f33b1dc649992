import assert from 'node:assert/strict';
import { writeFile, rm } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { commands, diagnosticSource, languageModelTools, schemes, settings } from '../../../src/ids';
import type { Parts } from '../../../src/ui/main';
import { activated, openManifest, until } from './extension';
import { exampleRun, storeRun, useOwnStore } from './storedRun';

const manifest = `apiVersion: cilium.io/v2
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
    - toPorts:
        - ports:
            - port: "9090"
              protocol: TCP
          rules:
            http: []
`;
const withoutEmpty = manifest.replace(/ +rules:\n +http: \[\]\n/, '');
const httpKey = new vscode.Range(15, 12, 15, 16);
const emptyKey = new vscode.Range(22, 12, 22, 16);

const oursOf = (document: vscode.TextDocument): vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === diagnosticSource);
const codesOf = (document: vscode.TextDocument): string[] =>
  oursOf(document).map(({ code }) => String(typeof code === 'object' ? code.value : code));
const codesBecome = (document: vscode.TextDocument, expected: readonly string[]) =>
  until(
    `the findings ${expected.join(', ')}`,
    () => codesOf(document).join() === expected.join() || undefined,
  );
const actionsAt = (
  document: vscode.TextDocument,
  range: vscode.Range,
  kind?: string,
): Thenable<vscode.CodeAction[]> =>
  vscode.commands.executeCommand('vscode.executeCodeActionProvider', document.uri, range, kind, 20);
const edited = async (action: vscode.CodeAction | undefined): Promise<void> => {
  assert.ok(action?.edit, 'the action has an edit');
  assert.ok(await vscode.workspace.applyEdit(action.edit));
};

describe('what mends a finding', () => {
  let parts: Parts;
  before(async () => {
    parts = await activated();
    await useOwnStore();
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('is offered at the key, with what it loses, and the comment last', async () => {
    const document = await openManifest(manifest);
    await codesBecome(document, ['l7-http', 'l7-empty']);
    const actions = (await actionsAt(document, httpKey)).filter(({ title }) => /L7|l7/.test(title));
    assert.deepEqual(
      actions.map(({ title }) => title),
      ['Allow port 8080 without L7 rules', 'Ignore l7-http here, with a reason'],
    );
    assert.notEqual(actions[0]?.isPreferred, true, 'what loses something is not done unasked');
  });

  it('silences a finding by a comment', async () => {
    const document = await openManifest(manifest);
    await codesBecome(document, ['l7-http', 'l7-empty']);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(
      document.uri,
      new vscode.Position(15, 0),
      '            # cilium-bench-ignore l7-http: known\n',
    );
    await vscode.workspace.applyEdit(edit);
    await codesBecome(document, ['l7-empty']);
  });

  it('fades what has no effect, and removes it', async () => {
    const document = await openManifest(manifest);
    await codesBecome(document, ['l7-http', 'l7-empty']);
    const empty = oursOf(document).find(({ range }) => range.isEqual(emptyKey));
    assert.deepEqual(empty?.tags, [vscode.DiagnosticTag.Unnecessary]);
    const [action] = (await actionsAt(document, emptyKey)).filter(({ title }) => title.startsWith('Remove'));
    assert.equal(action?.isPreferred, true);
    await edited(action);
    assert.equal(document.getText(), withoutEmpty);
    await codesBecome(document, ['l7-http']);
  });

  // The editor indents what it fills in by itself: what it makes of a snippet is seen only here.
  for (const [what, selector, narrowed] of [
    [
      'an empty selector',
      '  endpointSelector: {}\n',
      '  endpointSelector:\n    matchLabels:\n      app: name\n',
    ],
    [
      'one that only says what pods must not be',
      '  endpointSelector:\n    matchExpressions:\n      - {key: app, operator: DoesNotExist}\n',
      '  endpointSelector:\n    matchLabels:\n      app: name\n    matchExpressions:\n      - {key: app, operator: DoesNotExist}\n',
    ],
  ] as const)
    it(`narrows ${what} by a label to fill in`, async () => {
      const written = / {2}endpointSelector:\n[^]*(?= {2}ingress)/;
      const document = await openManifest(
        manifest.replace('namespace: shop', 'namespace: wide').replace(written, selector),
      );
      await until('the finding', () => codesOf(document).includes('l7-wide-selector') || undefined);
      const place = new vscode.Range(6, 2, 6, 10);
      const [action] = (await actionsAt(document, place)).filter(
        ({ title }) => title === 'Select pods by a label',
      );
      await edited(action);
      assert.equal(
        document.getText(),
        manifest.replace('namespace: shop', 'namespace: wide').replace(written, narrowed),
      );
    });

  it('is done at once by fixAll where nothing enforced changes, and then there is nothing left to do', async () => {
    const document = await openManifest(manifest);
    await codesBecome(document, ['l7-http', 'l7-empty']);
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    const kind = 'source.fixAll.ciliumBench';
    const [action, ...others] = await actionsAt(document, whole, kind);
    assert.deepEqual(others, []);
    assert.equal(action?.kind?.value, kind);
    await edited(action);
    assert.equal(document.getText(), withoutEmpty);
    await codesBecome(document, ['l7-http']);
    assert.deepEqual(await actionsAt(document, whole, kind), []);
  });

  it('is not said where the settings of the workspace switch it off', async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const file = path.join(folder.uri.fsPath, '.cilium-bench.yaml');
    const policy = path.join(folder.uri.fsPath, 'settings-test.yaml');
    await writeFile(policy, manifest);
    try {
      const document = await vscode.workspace.openTextDocument(policy);
      await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
      await codesBecome(document, ['l7-http', 'l7-empty']);
      await writeFile(file, 'severities:\n  l7-empty: off\n  l7-http: error\n');
      await codesBecome(document, ['l7-http']);
      assert.equal(oursOf(document)[0]?.severity, vscode.DiagnosticSeverity.Error);
      await rm(file);
      await codesBecome(document, ['l7-http', 'l7-empty']);
    } finally {
      await rm(file, { force: true });
      await rm(policy, { force: true });
    }
  });

  it('shows the cost as a hint once that is switched on', async () => {
    const document = await openManifest(manifest);
    await codesBecome(document, ['l7-http', 'l7-empty']);
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    const hints = (): Thenable<vscode.InlayHint[]> =>
      vscode.commands.executeCommand('vscode.executeInlayHintProvider', document.uri, whole);
    assert.deepEqual(await hints(), []);
    const configuration = vscode.workspace.getConfiguration();
    await configuration.update(settings.inlayHints, true, vscode.ConfigurationTarget.Global);
    try {
      const [hint, ...others] = await until('a hint', async () => {
        const found = await hints();
        return found.length > 0 ? found : undefined;
      });
      assert.deepEqual(others, []);
      assert.equal(hint?.position.line, httpKey.start.line);
      assert.match(typeof hint.label === 'string' ? hint.label : '', /RPS published/);
    } finally {
      await configuration.update(settings.inlayHints, undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('names the active target while a policy is looked at, and only then', async () => {
    const document = await openManifest(manifest);
    await codesBecome(document, ['l7-http', 'l7-empty']);
    await until('the target to be shown', () => parts.isTargetShown() || undefined);
    await openManifest('kind: Service\n');
    await until('the target to be hidden', () => (parts.isTargetShown() ? undefined : true));
  });

  it('names the rule that shadows another beside the finding', async () => {
    // Of a namespace of its own: policies of all open manifests are seen together, those of other tests as well.
    const shadowing = manifest
      .replace('namespace: shop', 'namespace: shadows')
      .replace(
        /( +- toPorts:\n +- ports:\n +- port: )"9090"[^]*$/,
        '$1"8080"\n              protocol: TCP\n',
      );
    const document = await openManifest(shadowing);
    await codesBecome(document, ['l7-http', 'l7-shadowed']);
    const [, shadowed] = oursOf(document);
    assert.deepEqual(shadowed?.tags, [vscode.DiagnosticTag.Unnecessary]);
    const [related] = shadowed.relatedInformation ?? [];
    assert.equal(related?.message, 'CiliumNetworkPolicy shadows/checkout');
    assert.equal(related.location.range.start.line, 18);
    const titles = (await actionsAt(document, shadowed.range)).map(({ title }) => title);
    assert.ok(titles.includes('Remove the rule that allows the same without L7 rules'), titles.join());
  });

  it('explains the policy on a page', async () => {
    const document = await openManifest(manifest);
    await codesBecome(document, ['l7-http', 'l7-empty']);
    await vscode.commands.executeCommand(commands.explainPolicy);
    const page = await until('the page', () =>
      vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === schemes.explanation),
    );
    assert.match(page.getText(), /^# What CiliumNetworkPolicy shop\/checkout costs/);
    assert.match(page.getText(), /Published: 86 to 89/);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });
});

describe('the tools for language models', () => {
  let parts: Parts;
  let store: string;
  before(async () => {
    parts = await activated();
    store = await useOwnStore();
  });

  const answer = async (name: keyof Parts['tools'], input: unknown): Promise<string> => {
    const { content } = await parts.tools[name].invoke(input);
    return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
  };

  it('are registered as they are contributed', () => {
    const known = vscode.lm.tools.map(({ name }) => name);
    for (const name of Object.values(languageModelTools)) assert.ok(known.includes(name), name);
  });

  it('explain a text and a file of the workspace, and no other file', async () => {
    const text = await answer(languageModelTools.explain, { text: manifest });
    assert.match(text, /`l7-http`, line 16/);
    const file = await answer(languageModelTools.explain, { file: 'checkout-l7.yaml' });
    assert.match(file, /L7 through Envoy/);
    assert.match(await answer(languageModelTools.explain, { file: '../../etc/passwd' }), /no file/);
    assert.match(await answer(languageModelTools.explain, { file: '/etc/passwd' }), /no file/);
    assert.match(await answer(languageModelTools.explain, {}), /Neither a file nor a text/);
  });

  it('list the runs and compare two', async () => {
    await storeRun(store, exampleRun('2026-11-23-policy-overhead-a1', { file: 'a.yaml', textHash: 'a' }));
    await storeRun(store, exampleRun('2026-11-23-policy-overhead-a2', { file: 'a.yaml', textHash: 'a' }));
    const list = await until('both runs', async () => {
      const text = await answer(languageModelTools.list, { limit: 5 });
      return text.includes('-a1') && text.includes('-a2') ? text : undefined;
    });
    assert.match(list, /policy-overhead-a2/);
    const compared = await answer(languageModelTools.compare, {
      first: '2026-11-23-policy-overhead-a1',
      second: '2026-11-23-policy-overhead-a2',
    });
    assert.match(compared, /within noise in the one figure[\s\S]*Run-to-run noise is not known/);
    assert.match(await answer(languageModelTools.compare, { first: '../x', second: 'y' }), /x/);
  });
});
