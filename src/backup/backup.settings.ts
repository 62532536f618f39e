import { z } from 'zod';
import { section, serverUrl } from '../platform/config/index.js';

/** Public keys of age, separated by commas: what they encrypt needs one of the secret keys. */
const recipients = z
  .string()
  .transform((text) => text.split(',').map((key) => key.trim()))
  .refine((keys) => keys.every((key) => /^age1[0-9a-z]{50,3000}$/.test(key)), {
    error: 'must be public keys of age (age1...), separated by commas: till backup key makes one',
  });

/** Secret keys of age, as age-keygen writes them: one a line or separated by commas; lines with # are comments. */
const identities = z
  .string()
  .transform((text) =>
    text
      .split(/[\n,]/)
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#')),
  )
  .refine((keys) => keys.length > 0 && keys.every((key) => /^AGE-SECRET-KEY-(PQ-)?1[0-9A-Z]{50,3000}$/.test(key)), {
    error: 'must be secret keys of age (AGE-SECRET-KEY-1...), one a line: till backup key makes one',
  });

const count = z.coerce.number().int().min(1).max(36_500);

export const backupSettings = section({
  variables: {
    BACKUP_DIRECTORY: z.string().optional(),
    BACKUP_RECIPIENTS: recipients.optional(),
    BACKUP_IDENTITY: identities.optional(),
    BACKUP_KEEP_DAYS: count.default(30),
    BACKUP_KEEP_AT_LEAST: count.default(7),
    BACKUP_DRILL_DATABASE_URL: serverUrl('postgres', 'postgresql').optional(),
    BACKUP_POSTGRES_BIN: z.string().optional(),
  },
  secrets: ['BACKUP_IDENTITY', 'BACKUP_DRILL_DATABASE_URL'],
  settings: (variables) => ({
    /** The folder of the backups of one database. */
    directory: variables.BACKUP_DIRECTORY,
    recipients: variables.BACKUP_RECIPIENTS ?? [],
    identities: variables.BACKUP_IDENTITY ?? [],
    retention: { days: variables.BACKUP_KEEP_DAYS, atLeast: variables.BACKUP_KEEP_AT_LEAST },
    /** A server on which the drill may make a database and drop it. */
    drillDatabaseUrl: variables.BACKUP_DRILL_DATABASE_URL,
    /** The folder of `pg_dump` and `pg_restore`, if they are not where they usually are. */
    postgresBin: variables.BACKUP_POSTGRES_BIN,
  }),
});

export type BackupSettings = ReturnType<typeof backupSettings.settings>;
