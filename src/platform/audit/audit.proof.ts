import { Injectable, type OnModuleInit, Optional } from '@nestjs/common';
import { ProofChecks, type ProvenTable } from '../proof/index.js';

/** Every column is sealed: an entry that is altered, deleted or written anew shows in the proof. */
const provenTable: ProvenTable = {
  table: 'audit_log',
  code: 30,
  id: 'id',
  prefix: 'aud',
  appendOnly: true,
  sealed: true,
  proven: [],
  ignored: {},
};

/** Puts the audit log under the proof. One-shot commands write entries without having the proof. */
@Injectable()
export class AuditProof implements OnModuleInit {
  constructor(@Optional() private readonly checks?: ProofChecks) {}

  onModuleInit(): void {
    this.checks?.prove(provenTable);
  }
}
