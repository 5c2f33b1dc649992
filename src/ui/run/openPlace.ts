import * as vscode from 'vscode';
import { consents, type Consent } from '../../core/plan/consents';
import { consentsThatMatter, everyConsent } from '../../core/plan/offers';
import { capabilityNames, type Scenario } from '../../core/scenario/scenario';
import { startOfSentence } from '../../core/words/phrases';
import { clusterWords, labWords } from '../../core/words/runQuestion';
import type { ClusterTarget } from '../../kube/main';
import { resumptionSchemaVersion } from '../../store/resumption';
import { clusterSettings, kubeEnvironment } from '../configuration';
import { abortOf } from './abortOf';
import { ensureTools } from './labTools';
import type { LocalLab } from './localLab';
import type { OpenPlace, Place } from './place';

/** Runs what only reads, with a word of progress, and can be left. Throws a CancellationError where it was. */
export async function looking<Result>(
  title: string,
  read: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, cancellable: true, title },
    async (_progress, token) => {
      try {
        return await read(abortOf(token));
      } catch (error) {
        if (token.isCancellationRequested) throw new vscode.CancellationError();
        throw error;
      }
    },
  );
}

/** What a run may do that others on the cluster could notice. Nothing is chosen beforehand. Undefined when the person leaves. */
async function askConsents(
  context: string,
  scenario: Scenario,
  asked: readonly Consent[],
): Promise<ReadonlySet<Consent> | undefined> {
  const chosen = await vscode.window.showQuickPick(
    asked.map((consent) => ({
      label: consent,
      detail: vscode.l10n.t('{0}.', startOfSentence(consents[consent])),
      consent,
    })),
    {
      canPickMany: true,
      ignoreFocusOut: true,
      title: vscode.l10n.t('{0} on {1}', scenario.title, context),
      placeHolder: vscode.l10n.t('What may the run do there? What you leave out is not measured.'),
    },
  );
  return chosen && new Set(chosen.map(({ consent }) => consent));
}

/** The target under the consents that the scenario asks for. Undefined when the person leaves. */
async function agreedTarget(
  target: ClusterTarget,
  scenario: Scenario,
): Promise<{ readonly target: ClusterTarget; readonly allow: ReadonlySet<Consent> } | undefined> {
  const none = { target, allow: new Set<Consent>() };
  if (consentsThatMatter(scenario, 'kube', { can: new Set(capabilityNames) }).length === 0) return none;
  const able = await looking(vscode.l10n.t('Asking {0}', target.name), (signal) =>
    target.allowing(everyConsent).capabilities(signal),
  );
  const asked = consentsThatMatter(scenario, 'kube', able);
  if (asked.length === 0) return none;
  const allow = await askConsents(target.name, scenario, asked);
  return allow && { target: target.allowing(allow), allow };
}

async function openCluster(context: string, scenario: Scenario): Promise<OpenPlace | undefined> {
  const kube = await import('../../kube/main');
  const settings = kube.runSettingsFrom(clusterSettings());
  const opened = await looking(vscode.l10n.t('Asking {0}', context), (signal) =>
    kube.openTarget(context, settings, kubeEnvironment(), signal),
  );
  let isKept = false;
  try {
    const agreed = await agreedTarget(opened, scenario);
    if (!agreed) return undefined;
    isKept = true;
    const { target, allow } = agreed;
    return {
      target,
      words: clusterWords(context, settings.namespace, allow),
      looking: vscode.l10n.t('Asking {0}', context),
      building: vscode.l10n.t('making the pods on {0}', context),
      takingDown: vscode.l10n.t('taking everything away'),
      resumption: {
        schemaVersion: resumptionSchemaVersion,
        context,
        settings: kube.settingsToJson({ ...settings, allow }),
      },
      close: () => {
        opened.close();
      },
    };
  } finally {
    if (!isKept) opened.close();
  }
}

async function openLab(lab: LocalLab, scenario: Scenario): Promise<OpenPlace | undefined> {
  if (!(await ensureTools(lab, scenario))) return undefined;
  return {
    target: await lab.target(),
    words: labWords,
    looking: vscode.l10n.t('Looking at the local lab'),
    building: vscode.l10n.t('building the lab'),
    takingDown: vscode.l10n.t('taking the lab down'),
    close: () => undefined,
  };
}

/** Opens the place that was chosen, asking for what the scenario needs there. Undefined when the person leaves. */
export async function openPlace(
  place: Place,
  scenario: Scenario,
  lab: LocalLab,
): Promise<OpenPlace | undefined> {
  return place.kind === 'lab' ? openLab(lab, scenario) : openCluster(place.context, scenario);
}
