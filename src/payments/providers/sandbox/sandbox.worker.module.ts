import { Module } from '@nestjs/common';
import { Config } from '../../../platform/config/index.js';
import { Logger } from '../../../platform/logging/index.js';
import { SandboxModule } from './sandbox.module.js';
import { SandboxWebhookSender } from './webhook-sender.schedule.js';
import { warnInProduction } from './production-warning.js';

/** Sends the sandbox's webhooks. Imported only if the sandbox is enabled. */
@Module({ imports: [SandboxModule], providers: [SandboxWebhookSender] })
export class SandboxWorkerModule {
  constructor(config: Config, logger: Logger) {
    warnInProduction(config, logger);
  }
}
