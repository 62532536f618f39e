import { Process, Processor } from '@nestjs/bull';
import { Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Job } from 'bull';
import type { EventId } from '../shared/ids.js';
import { Config } from '../platform/config/index.js';
import { Subscriptions } from '../platform/delivery/index.js';
import { measureDisk } from '../platform/metrics/index.js';
import { type DeliveryJob, QueueModule } from '../platform/queue/index.js';
import { OrdersModule } from '../orders/index.js';
import { UsersModule } from '../users/index.js';
import { MailedTokensModule } from '../auth/index.js';
import { AccountMails } from './account-mails.js';
import { FileTransport } from './file-transport.js';
import { MailQuota } from './mail-quota.js';
import { MailSubjects } from './mail-subjects.js';
import { MailTransport } from './mail-transport.js';
import { type MailSettings, mailSettings } from './mail.settings.js';
import { MailBouncesModule } from './mail-bounces.module.js';
import { MAILED_TYPES } from './mailed-types.js';
import { Mailer } from './mailer.js';
import { MAIL, MailRules, NotificationsService } from './notifications.service.js';
import { RefundTaxes } from './refund-taxes.js';
import { SmtpTransport } from './smtp-transport.js';
import { UnverifiedMailEntity } from './unverified-mail.entity.js';

/** Jobs at once; how many mails is up to the transport. */
const CONCURRENCY = 2;

@Processor(MAIL)
export class MailProcessor {
  constructor(private readonly notifications: NotificationsService) {}

  @Process({ name: MAIL, concurrency: CONCURRENCY })
  mail({ data }: Job<DeliveryJob>): Promise<void> {
    return this.notifications.mail(data.eventIds as readonly EventId[]);
  }
}

function transportOf({ smtpUrl, from, smtpConnections, directory }: MailSettings): MailTransport {
  if (smtpUrl) return new SmtpTransport(smtpUrl, from, smtpConnections);
  measureDisk('mail', directory);
  return new FileTransport(directory, from);
}

@Module({
  imports: [
    TypeOrmModule.forFeature([UnverifiedMailEntity]),
    QueueModule.of(MAIL),
    MailBouncesModule,
    OrdersModule,
    UsersModule,
    MailedTokensModule,
  ],
  providers: [
    NotificationsService,
    MailSubjects,
    AccountMails,
    MailQuota,
    MailRules,
    Mailer,
    RefundTaxes,
    MailProcessor,
    {
      provide: MailTransport,
      inject: [Config],
      useFactory: (config: Config) => transportOf(config.of(mailSettings)),
    },
  ],
  exports: [MailTransport],
})
export class NotificationsWorkerModule implements OnApplicationShutdown, OnModuleInit {
  constructor(
    subscriptions: Subscriptions,
    notifications: NotificationsService,
    private readonly transport: MailTransport,
  ) {
    const handle = (eventIds: readonly EventId[]) => notifications.mail(eventIds);
    subscriptions.add({ consumer: MAIL, types: MAILED_TYPES, handle, concurrency: CONCURRENCY });
  }

  onModuleInit(): void {
    this.transport.check();
  }

  onApplicationShutdown(): void {
    this.transport.close();
  }
}
