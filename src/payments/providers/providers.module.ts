import { Module } from '@nestjs/common';
import { DegradationsModule } from '../../platform/health/index.js';
import { ProviderHealth } from './provider-health.js';
import { Providers } from './provider-registry.js';
import { SandboxModule } from './sandbox/sandbox.module.js';

/** The payment providers of this installation. */
@Module({
  imports: [SandboxModule, DegradationsModule],
  providers: [Providers, ProviderHealth],
  exports: [Providers, ProviderHealth],
})
export class ProvidersModule {}
