import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SandboxChallenges } from './challenges.service.js';
import { SandboxOperationEntity } from './operation.entity.js';
import { SandboxTables } from './sandbox-tables.js';
import { SandboxProvider } from './sandbox.provider.js';
import { SandboxWebhookCodec } from './webhook-codec.js';
import { SandboxWebhookEntity } from './webhook.entity.js';
import { SandboxWebhookQueue } from './webhook-queue.repository.js';

/** A simulated payment service with its own books. */
@Module({
  imports: [TypeOrmModule.forFeature([SandboxOperationEntity, SandboxWebhookEntity])],
  providers: [SandboxTables, SandboxProvider, SandboxWebhookCodec, SandboxWebhookQueue, SandboxChallenges],
  exports: [SandboxProvider, SandboxWebhookCodec, SandboxWebhookQueue, SandboxChallenges],
})
export class SandboxModule {}
