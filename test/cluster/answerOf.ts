import { setTimeout as delay } from 'node:timers/promises';

/** Asks again until there is an answer. The test's own time limit ends it. */
export async function answerOf<Answer>(ask: () => Promise<Answer | undefined>): Promise<Answer> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await delay(100);
  }
}
