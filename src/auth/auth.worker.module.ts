import { Module } from '@nestjs/common';
import { OldIdentityFlows } from './identities/identity-flows.schedule.js';
import { OldMailedTokens } from './mailed-tokens/mailed-tokens.schedule.js';
import { OldPasskeyChallenges } from './passkeys/passkey-challenges.schedule.js';
import { EndedSessions } from './sessions/sessions.schedule.js';

@Module({ providers: [EndedSessions, OldMailedTokens, OldIdentityFlows, OldPasskeyChallenges] })
export class AuthWorkerModule {}
