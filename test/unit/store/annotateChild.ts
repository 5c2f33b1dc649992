/** A process that adds tags to a run, one after the other, as fast as it can. */
import { createRunStore } from '../../../src/store/runStore';

const [folder = '', id = '', prefix = '', count = '0'] = process.argv.slice(2);

async function addAll(): Promise<void> {
  const store = createRunStore(folder);
  for (let at = 0; at < Number(count); at++) {
    await store.annotate(id, (now) => ({ ...now, tags: [...now.tags, `${prefix}${at}`].sort() }));
  }
}

void addAll();
