import { Module } from '@nestjs/common';
import { Config } from '../../platform/config/index.js';
import { DegradationsModule } from '../../platform/health/index.js';
import { ProviderHealth } from './provider-health.js';
import { Providers } from './provider-registry.js';
import { SandboxModule } from './sandbox/sandbox.module.js';
import { SandboxProvider } from './sandbox/sandbox.provider.js';

/** The payment providers of this installation. */
@Module({
  imports: [SandboxModule, DegradationsModule],
  providers: [{ provide: Providers, inject: [SandboxProvider, Config], useFactory: Providers.load }, ProviderHealth],
  exports: [Providers, ProviderHealth],
})
export class ProvidersModule {}
