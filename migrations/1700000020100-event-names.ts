import type { MigrationInterface, QueryRunner } from 'typeorm';

const NAMES = {
  'payment.arrived_late': 'payment.surplus_received',
  'payment.outcome_open': 'payment.outcome_pending',
  'payment.paid_the_rest': 'payment.completed_order',
};

/**
 * Gives three events their names for good, before anybody can subscribe to them. The events that are there get them as well,
 * so that a timeline shows one name for one thing: this once, the table that is only appended to is changed.
 */
export class EventNames1700000020100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await rename(runner, Object.entries(NAMES));
  }

  async down(runner: QueryRunner): Promise<void> {
    await rename(
      runner,
      Object.entries(NAMES).map(([before, after]) => [after, before]),
    );
  }
}

async function rename(runner: QueryRunner, names: readonly (readonly [string, string])[]): Promise<void> {
  await runner.query('ALTER TABLE events DISABLE TRIGGER events_append_only');
  await runner.query(
    'UPDATE events SET type = n.after FROM unnest($1::text[], $2::text[]) AS n (before, after) WHERE type = n.before',
    [names.map(([before]) => before), names.map(([, after]) => after)],
  );
  await runner.query('ALTER TABLE events ENABLE TRIGGER events_append_only');
}
