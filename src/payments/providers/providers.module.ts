import { Module } from '@nestjs/common';
import { Providers } from './provider-registry.js';
import { SandboxModule } from './sandbox/sandbox.module.js';

/** The payment providers of this installation. */
@Module({ imports: [SandboxModule], providers: [Providers], exports: [Providers] })
export class ProvidersModule {}
