import { Module } from '@nestjs/common';
import { Config } from '../../platform/config/index.js';
import { Logger } from '../../platform/logging/index.js';
import { PaymentsModule } from '../payments.module.js';
import { SandboxCourier } from './sandbox-courier.js';
import { warnInProduction } from './sandbox-warning.js';

/** The sender of the sandbox's webhooks. Only where the sandbox is enabled. */
@Module({ imports: [PaymentsModule], providers: [SandboxCourier] })
export class SandboxWorkerModule {
  constructor(config: Config, logger: Logger) {
    warnInProduction(config, logger);
  }
}
