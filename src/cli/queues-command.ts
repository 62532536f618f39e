import { Injectable, Module } from '@nestjs/common';
import type { Command } from 'commander';
import { lockOrder } from '../lock-order.js';
import { DatabaseModule, Transaction } from '../platform/database/index.js';
import { IS_DEAD } from '../platform/delivery/index.js';
import { runCommand } from '../platform/process/index.js';
import { loadConfig } from '../settings.js';
import { inColumns } from './columns.js';

/** What waits for one consumer of events. */
interface Queue extends Record<string, unknown> {
  readonly queue: string;
  readonly waiting: number;
  readonly running: number;
  /** Of those that wait, tried at least once and failed. */
  readonly failing: number;
  /** Given up, and left to people. */
  readonly dead: number;
  readonly oldestSeconds: number;
}

/** The truth is in PostgreSQL; Redis has the ids of what is about to run. An event without its row is one that was never relayed. */
const QUEUES = `
  SELECT 'outbox' AS queue, count(*)::int AS waiting, 0 AS running, 0 AS failing, 0 AS dead,
    coalesce(extract(epoch FROM now() - min(e.created_at)), 0)::int AS "oldestSeconds"
  FROM outbox o JOIN events e ON e.id = o.event_id
  UNION ALL
  SELECT d.consumer, count(*) FILTER (WHERE d.status IN ('pending', 'queued'))::int,
    count(*) FILTER (WHERE d.status = 'running')::int,
    count(*) FILTER (WHERE d.status IN ('pending', 'queued') AND d.attempts > 0)::int,
    count(*) FILTER (WHERE d.status = 'dead')::int,
    coalesce(extract(epoch FROM now() - min(e.created_at) FILTER (WHERE d.status <> 'dead')), 0)::int
  FROM event_deliveries d JOIN events e ON e.id = d.event_id
  WHERE d.due_at IS NOT NULL OR ${IS_DEAD} GROUP BY d.consumer
  UNION ALL
  SELECT 'webhooks', count(*)::int, 0, count(*) FILTER (WHERE attempts > 0)::int,
    (SELECT count(*) FROM webhook_deliveries WHERE status = 'failed')::int,
    coalesce(extract(epoch FROM now() - min(created_at)), 0)::int
  FROM webhook_deliveries WHERE status = 'pending'
  ORDER BY 1`;

@Injectable()
class Queues {
  constructor(private readonly tx: Transaction) {}

  list(): Promise<Queue[]> {
    return this.tx.query<Queue>(QUEUES);
  }
}

@Module({ imports: [DatabaseModule.forRoot({ lockOrder })], providers: [Queues] })
class QueuesCliModule {}

/** `till queues`. */
export function addQueuesCommand(program: Command): void {
  program
    .command('queues')
    .description('print what waits for each consumer of events: how much, for how long, and what fails')
    .option('--json', 'one JSON object a line')
    .action(async ({ json }: { json?: true }) => {
      const queues = await runCommand(QueuesCliModule, loadConfig(process.env), Queues, (service) => service.list());
      const lines = json ? queues.map((queue) => JSON.stringify(queue)) : inColumns(HEAD, queues.map(textsOf));
      process.stdout.write(`${lines.join('\n')}\n`);
    });
}

const HEAD = ['queue', 'waiting', 'running', 'failing', 'dead', 'oldest'];

function textsOf({ queue, waiting, running, failing, dead, oldestSeconds }: Queue): string[] {
  return [queue, waiting, running, failing, dead, `${oldestSeconds} s`].map(String);
}
