import * as vscode from 'vscode';
import { consents, type Consent } from '../../core/plan/consents';
import { consentsThatMatter, everyConsent } from '../../core/plan/offers';
import { capabilityNames, type Scenario } from '../../core/scenario/scenario';
import { startOfSentence } from '../../core/words/phrases';
import { clusterWords, labWords } from '../../core/words/runQuestion';
import type { Target } from '../../core/target';
import type { ClusterTarget, OpenedTarget } from '../../kube/main';
import { resumptionSchemaVersion } from '../../store/resumption';
import { clusterSettings, kubeEnvironment } from '../configuration';
import { abortOf } from './abortOf';
import { ensureTools } from './labTools';
import type { LocalLab } from './localLab';
import type { OpenPlace, Place } from './place';

/** Runs what only reads, with a word of progress, and can be left. Throws a CancellationError where it was. */
async function looking<Result>(
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

/** What is asked of a target before the question to the person: it only reads. */
type Prepare<Prepared> = (target: Target, signal: AbortSignal) => Promise<Prepared>;

/** A place, and what it answered. */
export interface PreparedPlace<Prepared> {
  readonly place: OpenPlace;
  readonly prepared: Prepared;
}

/** Closes the target where something goes wrong on the way. */
async function closingOnFailure<Result>(target: OpenedTarget, go: () => Promise<Result>): Promise<Result> {
  try {
    return await go();
  } catch (error) {
    target.close();
    throw error;
  }
}

async function openCluster<Prepared>(
  context: string,
  scenario: Scenario,
  prepare: Prepare<Prepared>,
): Promise<PreparedPlace<Prepared> | undefined> {
  const kube = await import('../../kube/main');
  const settings = kube.runSettingsFrom(clusterSettings());
  const asking = vscode.l10n.t('Asking {0}', context);
  const mayAsk = consentsThatMatter(scenario, 'kube', { can: new Set(capabilityNames) }).length > 0;
  const first = await looking(asking, async (signal) => {
    const target = await kube.openTarget(context, settings, kubeEnvironment(), signal);
    return closingOnFailure(target, async () => {
      const able = mayAsk ? await target.allowing(everyConsent).capabilities(signal) : null;
      const asked = able === null ? [] : consentsThatMatter(scenario, 'kube', able);
      return asked.length > 0 ? { target, asked } : { target, prepared: await prepare(target, signal) };
    });
  });
  const placeOf = (target: ClusterTarget, allow: ReadonlySet<Consent>): OpenPlace => ({
    target,
    words: clusterWords(context, settings.namespace, allow),
    building: vscode.l10n.t('making the pods on {0}', context),
    takingDown: vscode.l10n.t('taking everything away'),
    resumption: {
      schemaVersion: resumptionSchemaVersion,
      context,
      settings: kube.settingsToJson({ ...settings, allow }),
    },
    close: () => {
      target.close();
    },
  });
  if ('prepared' in first) return { place: placeOf(first.target, new Set()), prepared: first.prepared };
  return closingOnFailure(first.target, async () => {
    const allow = await askConsents(context, scenario, first.asked);
    if (!allow) {
      first.target.close();
      return undefined;
    }
    const target = first.target.allowing(allow);
    const prepared = await looking(asking, (signal) => prepare(target, signal));
    return { place: placeOf(target, allow), prepared };
  });
}

async function openLab<Prepared>(
  lab: LocalLab,
  scenario: Scenario,
  prepare: Prepare<Prepared>,
): Promise<PreparedPlace<Prepared> | undefined> {
  if (!(await ensureTools(lab, scenario))) return undefined;
  const target = await lab.target();
  return {
    place: {
      target,
      words: labWords,
      building: vscode.l10n.t('building the lab'),
      takingDown: vscode.l10n.t('taking the lab down'),
      close: () => undefined,
    },
    prepared: await looking(vscode.l10n.t('Looking at the local lab'), (signal) => prepare(target, signal)),
  };
}

/** Opens the place that was chosen, asking for what the scenario needs there. Undefined when the person leaves. */
export async function openPlace<Prepared>(
  place: Place,
  scenario: Scenario,
  lab: LocalLab,
  prepare: Prepare<Prepared>,
): Promise<PreparedPlace<Prepared> | undefined> {
  return place.kind === 'lab'
    ? openLab(lab, scenario, prepare)
    : openCluster(place.context, scenario, prepare);
}
