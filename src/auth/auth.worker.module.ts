import { Module } from '@nestjs/common';
import { EndedSessions } from './sessions/sessions.schedule.js';

@Module({ providers: [EndedSessions] })
export class AuthWorkerModule {}
