import { Module } from '@nestjs/common';
import { OldMailedTokens } from './mailed-tokens/mailed-tokens.schedule.js';
import { EndedSessions } from './sessions/sessions.schedule.js';

@Module({ providers: [EndedSessions, OldMailedTokens] })
export class AuthWorkerModule {}
