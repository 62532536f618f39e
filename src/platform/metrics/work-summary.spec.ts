import { expect, it } from 'vitest';
import { register } from 'prom-client';
import { counter } from './counter.js';
import { growth, readCounts } from './work-summary.js';

it('says by how much each counter of Till grew, and nothing of those that did not', async () => {
  const made = counter('till_parcels_total', 'Parcels.', { consumer: ['post-office'], outcome: ['done', 'lost'] });
  made.inc({ consumer: 'post-office', outcome: 'done' }, 2);
  const before = await readCounts();
  made.inc({ consumer: 'post-office', outcome: 'done' }, 3);
  expect(growth(before, await readCounts())).toEqual({ parcels_post_office_done: 3 });
  register.removeSingleMetric('till_parcels_total');
});
