import { Module } from '@nestjs/common';
import { SandboxChallenges } from './challenges.service.js';
import { SandboxProvider } from './sandbox.provider.js';
import { SandboxWebhookCodec } from './webhook-codec.js';
import { SandboxWebhookQueue } from './webhook-queue.repository.js';

/** A payment service in the box, with books of its own. */
@Module({
  providers: [SandboxProvider, SandboxWebhookCodec, SandboxWebhookQueue, SandboxChallenges],
  exports: [SandboxProvider, SandboxWebhookCodec, SandboxWebhookQueue, SandboxChallenges],
})
export class SandboxModule {}
