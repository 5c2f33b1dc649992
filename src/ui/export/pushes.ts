import * as vscode from 'vscode';
import { messageOf, Problem } from '../../core/problem';
import type { Run } from '../../core/result/run';
import { pushWords } from '../../core/words/push';
import { settings } from '../../ids';
import { readCredential } from '../../push/credential';
import { pushDestination, pushOrigin } from '../../push/destination';
import { pushRun, type PushOptions } from '../../push/pushRun';
import { pushesAfterRuns, pushgatewaySetting } from '../configuration';
import { abortOf } from '../run/abortOf';

/** What is pushed to a Prometheus Pushgateway. Its address is a setting of the user; nothing is sent where it is empty. */
export interface Pushes {
  /** Says where a run's figures go, and sends them if that is agreed to. Throws a {@link Problem} where they did not arrive. */
  push(run: Run): Promise<void>;
  /** Sends a run that has just ended, where the setting says so and it is complete. Throws as {@link Pushes.push}. */
  afterRun(run: Run): Promise<void>;
  /** Asks for the credential of the address and keeps it in VS Code's secret storage. */
  setCredential(): Promise<void>;
  clearCredential(): Promise<void>;
}

/** A credential is kept by the place that it is for: another address, whoever sets it, does not get it. */
const secretName = (address: string): string => `pushgateway ${pushOrigin(address)}`;

function addressSet(): string {
  const address = pushgatewaySetting();
  if (address === undefined)
    throw new Problem('usage', 'No Pushgateway is set.', `Set ${settings.pushgatewayUrl} in the settings.`);
  return address;
}

/** A push that is ready to be sent. */
type Prepared = Pick<PushOptions, 'destination' | 'credential'>;

export function createPushes(secrets: vscode.SecretStorage, log: vscode.LogOutputChannel): Pushes {
  const prepared = async (run: Run): Promise<Prepared> => {
    const address = addressSet();
    const credential = readCredential(await secrets.get(secretName(address)));
    return { destination: pushDestination(address, run), credential };
  };

  const send = async (run: Run, { destination, credential }: Prepared): Promise<void> => {
    const { host } = new URL(destination.url);
    log.info(`Pushing the figures of run ${run.id} to ${destination.url}`);
    await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        cancellable: true,
        title: vscode.l10n.t('Pushing figures to {0}', host),
      },
      async (_, token) => {
        try {
          await pushRun(run, { destination, credential, signal: abortOf(token) });
        } catch (error) {
          if (token.isCancellationRequested) throw new vscode.CancellationError();
          throw error;
        }
      },
    );
    log.info(`Pushed run ${run.id}`);
    vscode.window.setStatusBarMessage(vscode.l10n.t('Figures pushed to {0}', host), 3000);
  };

  return {
    async push(run) {
      const pushing = await prepared(run);
      const { url } = pushing.destination;
      const agree = vscode.l10n.t('Push');
      const answer = await vscode.window.showInformationMessage(
        vscode.l10n.t('Push figures to {0}?', new URL(url).host),
        { modal: true, detail: pushWords(run, url, pushing.credential !== undefined) },
        agree,
      );
      if (answer === agree) await send(run, pushing);
    },
    async afterRun(run) {
      if (!pushesAfterRuns() || pushgatewaySetting() === undefined || run.state !== 'complete') return;
      await send(run, await prepared(run));
    },
    async setCredential() {
      const address = addressSet();
      const name = secretName(address);
      const given = await vscode.window.showInputBox({
        title: vscode.l10n.t('Credential for {0}', pushOrigin(address)),
        prompt: vscode.l10n.t(
          'user:password, or a token. It is kept by VS Code and sent to this address alone.',
        ),
        password: true,
        ignoreFocusOut: true,
        validateInput: (text) => {
          try {
            return readCredential(text) === undefined ? vscode.l10n.t('Nothing is written yet.') : undefined;
          } catch (error) {
            return messageOf(error);
          }
        },
      });
      if (given === undefined) return;
      await secrets.store(name, given);
      vscode.window.setStatusBarMessage(vscode.l10n.t('Credential kept'), 3000);
    },
    async clearCredential() {
      await secrets.delete(secretName(addressSet()));
      vscode.window.setStatusBarMessage(vscode.l10n.t('Credential removed'), 3000);
    },
  };
}
