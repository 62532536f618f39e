/**
 * Tells in SQL whether a row of `event_deliveries` was given up. The first two conditions are those of the index `event_deliveries_given_up`,
 * without which PostgreSQL reads all that is done.
 */
export const IS_DEAD = `due_at IS NULL AND done_at IS NULL AND status = 'dead'`;
