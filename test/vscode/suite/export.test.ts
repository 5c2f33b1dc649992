import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { exportFormats } from '../../../src/core/words/exportFormats';
import { openMetricsReport } from '../../../src/core/words/openMetricsReport';
import { commands, settings } from '../../../src/ids';
import { startPushServer, type PushServer } from '../../unit/push/pushServer';
import { activated } from './extension';
import { exampleRun, storeRun, useOwnStore } from './storedRun';

const run = exampleRun('2026-11-23-policy-overhead-e1', { file: 'shop.yaml', textHash: 'abc' });
const { window } = vscode;
const asked = {
  showQuickPick: window.showQuickPick,
  showSaveDialog: window.showSaveDialog,
  showInputBox: window.showInputBox,
  showInformationMessage: window.showInformationMessage,
  showErrorMessage: window.showErrorMessage,
};
/** Answers what a person would be asked, until the test has ended. */
const answer = (answers: Partial<Record<keyof typeof asked, (...given: never[]) => unknown>>): void => {
  Object.assign(window, answers);
};
const set = (setting: string, value: unknown): Thenable<void> =>
  vscode.workspace.getConfiguration().update(setting, value, vscode.ConfigurationTarget.Global);

describe('exports', () => {
  let folder: string;
  before(async () => {
    await activated();
    folder = await mkdtemp(path.join(os.tmpdir(), 'exports-'));
    await storeRun(await useOwnStore(), run);
  });
  after(() => rm(folder, { recursive: true, force: true }));
  afterEach(() => {
    Object.assign(window, asked);
  });

  describe('exporting a run', () => {
    for (const format of exportFormats) {
      it(`writes ${format.name} where it is told to, and offers to open it`, async () => {
        const file = path.join(folder, `run.${format.extension}`);
        let offered: unknown[] = [];
        answer({
          showQuickPick: (items: readonly { label: string }[]) =>
            Promise.resolve(items.find(({ label }) => label === format.name)),
          showSaveDialog: ({ defaultUri }: vscode.SaveDialogOptions) => {
            assert.equal(path.posix.basename(defaultUri?.path ?? ''), `${run.id}.${format.extension}`);
            return Promise.resolve(vscode.Uri.file(file));
          },
          showInformationMessage: (...given: unknown[]) => {
            offered = given;
            return Promise.resolve(undefined);
          },
        });
        await vscode.commands.executeCommand(commands.exportRun, run.id);
        const text = await readFile(file, 'utf8');
        if (format.text === null) assert.match(text, /^<!DOCTYPE html>[\s\S]*id="model"/);
        else assert.equal(text, format.text(run));
        assert.deepEqual(offered.slice(1), ['Open', 'Reveal']);
      });
    }

    it('writes nothing where the person leaves', async () => {
      answer({
        showQuickPick: () => Promise.resolve(undefined),
        showSaveDialog: () => assert.fail('was asked where to save'),
      });
      await vscode.commands.executeCommand(commands.exportRun, run.id);
    });
  });

  describe('pushing a run', () => {
    let server: PushServer;
    before(async () => {
      server = await startPushServer();
    });
    afterEach(() => set(settings.pushgatewayUrl, undefined));
    after(() => server.close());

    const problemOf = async (command: string): Promise<string> => {
      let said = '';
      answer({
        showErrorMessage: (text: string) => {
          said = text;
          return Promise.resolve(undefined);
        },
      });
      await vscode.commands.executeCommand(command, run.id);
      return said;
    };

    it('is off: no address is set, and no run is pushed by itself', async () => {
      const configuration = vscode.workspace.getConfiguration();
      assert.equal(configuration.get(settings.pushgatewayUrl), '');
      assert.equal(configuration.get(settings.pushAfterRuns), false);
      assert.match(
        await problemOf(commands.pushRun),
        /No Pushgateway is set\. Set ciliumBench\.export\.pushgateway\.url/,
      );
    });

    it('says where it sends what, and sends it only when that is agreed to', async () => {
      await set(settings.pushgatewayUrl, server.address);
      let detail = '';
      const asking = (reply: string | undefined) => ({
        showInformationMessage: (_: string, options: vscode.MessageOptions) => {
          detail = options.detail ?? '';
          return Promise.resolve(reply);
        },
      });
      answer(asking(undefined));
      await vscode.commands.executeCommand(commands.pushRun, run.id);
      assert.equal(server.received.length, 0);
      assert.match(detail, new RegExp(`to ${server.address}/metrics/job/cilium-bench/`));
      assert.match(detail, /No credential is sent\./);

      answer(asking('Push'));
      await vscode.commands.executeCommand(commands.pushRun, run.id);
      assert.equal(server.received.length, 1);
      assert.equal(server.received[0]?.body, openMetricsReport(run));
      assert.equal(server.received[0].headers.authorization, undefined);
    });

    it('sends the credential to the address that it was set for alone, until it is cleared', async () => {
      const other = await startPushServer();
      answer({
        showInputBox: (options: vscode.InputBoxOptions) => {
          assert.equal(options.password, true);
          return Promise.resolve('me:hunter2');
        },
        showInformationMessage: () => Promise.resolve('Push'),
      });
      const pushed = async (to: PushServer): Promise<string | undefined> => {
        await set(settings.pushgatewayUrl, to.address);
        await vscode.commands.executeCommand(commands.pushRun, run.id);
        return to.received.at(-1)?.headers.authorization;
      };
      await set(settings.pushgatewayUrl, server.address);
      await vscode.commands.executeCommand(commands.setPushCredential);
      assert.equal(await pushed(server), 'Basic bWU6aHVudGVyMg==');
      assert.equal(await pushed(other), undefined);
      assert.equal(other.received.length, 1);
      await set(settings.pushgatewayUrl, server.address);
      await vscode.commands.executeCommand(commands.clearPushCredential);
      assert.equal(await pushed(server), undefined);
      await other.close();
    });

    it('says why it failed', async () => {
      const gone = await startPushServer();
      await gone.close();
      await set(settings.pushgatewayUrl, gone.address);
      answer({ showInformationMessage: () => Promise.resolve('Push') });
      assert.match(
        await problemOf(commands.pushRun),
        /The figures were not pushed to .*: nothing listens there/,
      );
    });
  });
});
