import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../../platform/audit/index.js';
import { ProblemsModule } from '../../platform/http/index.js';
import { OutboxModule } from '../../platform/outbox/index.js';
import { IdentitiesRepository } from './identities.repository.js';
import { identityProblems } from './identities.problems.js';
import { IdentitiesService } from './identities.service.js';
import { IdentityEntity, IdentityFlowEntity } from './identity.entity.js';
import { IdentityProviders } from './identity-providers.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([IdentityEntity, IdentityFlowEntity]),
    AuditModule,
    OutboxModule,
    ProblemsModule.forFeature(identityProblems),
  ],
  providers: [IdentitiesService, IdentitiesRepository, IdentityProviders],
  exports: [IdentitiesService, IdentityProviders],
})
export class IdentitiesModule {}
