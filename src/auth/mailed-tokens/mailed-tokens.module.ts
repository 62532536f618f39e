import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OutboxModule } from '../../platform/outbox/index.js';
import { AccessUndoTokens } from '../access-undo/access-undo-tokens.js';
import { EmailChangeTokens } from '../email-change/email-change-tokens.js';
import { MailedTokenEntity } from './mailed-token.entity.js';
import { MailedTokensService } from './mailed-tokens.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([MailedTokenEntity]), OutboxModule],
  providers: [MailedTokensService, EmailChangeTokens, AccessUndoTokens],
  exports: [MailedTokensService, EmailChangeTokens, AccessUndoTokens],
})
export class MailedTokensModule {}
