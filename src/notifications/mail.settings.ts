import { z } from 'zod';
import { isProduction, quota, section, serverUrl } from '../platform/config/index.js';
import { mailbox } from './mailbox.js';

export const mailSettings = section({
  variables: {
    SMTP_URL: serverUrl('smtp', 'smtps').optional(),
    SMTP_CONNECTIONS: z.coerce.number().int().min(1).max(100).default(5),
    MAIL_FROM: mailbox.prefault('Till <till@localhost>'),
    MAIL_DISPUTES_TO: mailbox.optional(),
    MAIL_DIRECTORY: z.string().optional(),
    QUOTA_UNVERIFIED_MAILS_PER_DAY: quota.default(10),
  },
  secrets: ['SMTP_URL'],
  problems(given) {
    if (!isProduction(given) || given.SMTP_URL || given.MAIL_DIRECTORY) return [];
    return ['SMTP_URL: must be set in production: the mail server; or set MAIL_DIRECTORY to keep mails as files'];
  },
  settings: (variables, { shop }) => ({
    smtpUrl: variables.SMTP_URL,
    /** Mails that are handed over at once, by each worker. */
    smtpConnections: variables.SMTP_CONNECTIONS,
    from: variables.MAIL_FROM,
    /** Who in the shop gets mails about disputes. */
    disputesTo: variables.MAIL_DISPUTES_TO,
    directory: variables.MAIL_DIRECTORY ?? mailDirectoryOf(shop),
    /** For each person whose address nobody has verified; what they have paid for is always confirmed. */
    unverifiedPerDay: variables.QUOTA_UNVERIFIED_MAILS_PER_DAY,
  }),
});

/** Where mails are kept as files when nothing else is said. */
export function mailDirectoryOf(shop: string | undefined): string {
  return shop === undefined ? '.till/mail' : `.till/mail-${shop}`;
}

export type MailSettings = ReturnType<typeof mailSettings.settings>;
