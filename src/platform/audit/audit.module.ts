import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditAddressEntity, AuditEntryEntity } from './audit-entry.entity.js';
import { AuditLog } from './audit-log.js';
import { AuditProof } from './audit.proof.js';
import { AuditRepository } from './audit.repository.js';

@Module({
  imports: [TypeOrmModule.forFeature([AuditEntryEntity, AuditAddressEntity])],
  providers: [AuditLog, AuditRepository, AuditProof],
  exports: [AuditLog, AuditRepository],
})
export class AuditModule {}
