import * as vscode from 'vscode';
import { ablePlan } from '../../core/plan/ablePlan';
import { profiles } from '../../core/plan/profiles';
import type { Run } from '../../core/result/run';
import { findScenario } from '../../core/scenario/registry';
import { labWords, runQuestion } from '../../core/words/runQuestion';
import { conductWithProgress } from './conductWithProgress';
import { getTools, missingFor, toolLines } from './labTools';
import { openPlace } from './openPlace';
import { agreedTo, planOn, refuseUntrusted, type RunServices } from './runBenchmark';

/** What anybody's first number is: of this machine, in the shortest time, with one tool. */
const firstScenario = 'rps';

/**
 * Measures this machine in its lab after one question, which also says which tools are fetched. Asks again only where the lab
 * has something to say that was not known before. Undefined where the person leaves.
 */
export async function measureHere(services: RunServices): Promise<Run | undefined> {
  refuseUntrusted();
  services.control.refuseSecond();
  const scenario = findScenario(firstScenario);
  const [profile] = profiles;
  if (!profile) return undefined;
  const missing = await missingFor(services.lab, scenario);
  const { title, detail } = runQuestion(ablePlan(scenario, profile, 'lab'), labWords);
  const run = vscode.l10n.t('Run');
  const answer = await vscode.window.showInformationMessage(
    title,
    {
      modal: true,
      detail: [
        ...(missing.canBring.length + missing.cannotBring.length > 0 ? [toolLines(missing)] : []),
        detail,
      ].join('\n\n'),
    },
    run,
  );
  if (answer !== run) return undefined;
  if (!(await getTools(services.lab, missing.canBring))) return undefined;
  const opened = await openPlace({ kind: 'lab' }, scenario, services.lab, (target, signal) =>
    planOn(target, { scenario, place: { kind: 'lab' }, profile }, null, signal),
  );
  if (!opened) return undefined;
  const { place, prepared } = opened;
  try {
    const isNews = prepared.checks.some(({ level }) => level !== 'ok');
    if (isNews && !(await agreedTo(services.planDocuments, place, prepared))) return undefined;
    return await conductWithProgress(services, prepared.plan, place);
  } finally {
    place.close();
  }
}
