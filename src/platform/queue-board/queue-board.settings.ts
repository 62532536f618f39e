import { z } from 'zod';
import { section } from '../config/index.js';

export const queueBoardSettings = section({
  variables: { QUEUE_BOARD: z.enum(['on', 'off']).default('off') },
  secrets: [],
  settings: (variables) => ({
    /** Whether the api serves /admin/queues. */
    isOn: variables.QUEUE_BOARD === 'on',
  }),
});
