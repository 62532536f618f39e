import { Module } from '@nestjs/common';
import { Config } from '../../platform/config/index.js';
import { Logger } from '../../platform/logging/index.js';
import { PaymentsModule } from '../payments.module.js';
import { SandboxChallengesController } from './sandbox-challenges.controller.js';
import { warnInProduction } from './sandbox-warning.js';

/** The sandbox's bank. Only where the sandbox is enabled. */
@Module({ imports: [PaymentsModule], controllers: [SandboxChallengesController] })
export class SandboxApiModule {
  constructor(config: Config, logger: Logger) {
    warnInProduction(config, logger);
  }
}
