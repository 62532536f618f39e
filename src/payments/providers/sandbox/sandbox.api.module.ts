import { Module } from '@nestjs/common';
import { Config } from '../../../platform/config/index.js';
import { Logger } from '../../../platform/logging/index.js';
import { SandboxModule } from './sandbox.module.js';
import { SandboxChallengesController } from './challenges.controller.js';
import { warnInProduction } from './production-warning.js';

/** The page of the sandbox's bank. Imported only if the sandbox is enabled. */
@Module({ imports: [SandboxModule], controllers: [SandboxChallengesController] })
export class SandboxApiModule {
  constructor(config: Config, logger: Logger) {
    warnInProduction(config, logger);
  }
}
