import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../platform/audit/index.js';
import { ProblemsModule } from '../platform/http/index.js';
import { ApiKeyAccess } from './api-key-access.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { apiKeyProblems } from './api-keys.problems.js';
import { ApiKeyRotation } from './api-key-rotation.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeysService } from './api-keys.service.js';

@Module({
  imports: [AuditModule, ProblemsModule.forFeature(apiKeyProblems), TypeOrmModule.forFeature([ApiKeyEntity])],
  providers: [ApiKeysService, ApiKeysRepository, ApiKeyAccess, ApiKeyRotation],
  exports: [ApiKeysService, ApiKeyAccess, ApiKeyRotation],
})
export class ApiKeysModule {}
