import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OutboxModule } from '../../platform/outbox/index.js';
import { MailedTokenEntity } from './mailed-token.entity.js';
import { MailedTokensService } from './mailed-tokens.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([MailedTokenEntity]), OutboxModule],
  providers: [MailedTokensService],
  exports: [MailedTokensService],
})
export class MailedTokensModule {}
