import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../platform/audit/index.js';
import { ApiKeyAccess } from './api-key-access.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeysService } from './api-keys.service.js';

@Module({
  imports: [AuditModule, TypeOrmModule.forFeature([ApiKeyEntity])],
  providers: [ApiKeysService, ApiKeysRepository, ApiKeyAccess],
  exports: [ApiKeysService, ApiKeyAccess],
})
export class ApiKeysModule {}
