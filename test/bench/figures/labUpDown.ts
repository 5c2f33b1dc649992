import { createLabTarget } from '../../../src/lab/labTarget';
import { inTest, never, planOf, saturated, toolsHere } from '../../lab/support';
import { median, seconds, type Figure } from '../figure';

const rounds = 5;

/** How long it takes until a load can be run, and until nothing is left: namespaces, both wires, the server. */
export const labUpDown: Figure = {
  name: 'lab',
  async measure() {
    const tools = await toolsHere();
    const target = createLabTarget({ findTools: () => Promise.resolve(tools) });
    // The survey of the machine is made once for a target.
    await target.capabilities(never);
    const values: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      values.push(
        await seconds(async () => {
          const bench = await target.open(planOf([saturated]), inTest);
          await bench.close();
        }),
      );
    }
    return [
      {
        name: 'lab up and down',
        value: median(values),
        unit: 's',
        beside: 1,
        besideWhat: 'limit',
        ratio: { atMost: 1 },
      },
    ];
  },
};
