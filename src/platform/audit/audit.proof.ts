import { Injectable, type OnModuleInit, Optional } from '@nestjs/common';
import { Transaction } from '../database/index.js';
import { findBroken, ProofChecks, type ProofScope, type ProvenTable } from '../proof/index.js';

/**
 * Every column is sealed: an entry that is altered, deleted or written anew shows in the proof. Of the network address the entry has a
 * salted digest; the address is apart, may be erased, and can't be altered.
 */
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

const FORGED = `
  SELECT d.entry_id AS "auditEntry" FROM audit_addresses d JOIN audit_log a ON a.id = d.entry_id
  WHERE a.address IS DISTINCT FROM 'sha256:' || encode(sha256(d.salt || convert_to(d.address, 'UTF8')), 'hex')`;

/** Puts the audit log under the proof. One-shot commands write entries without having the proof. */
@Injectable()
export class AuditProof implements OnModuleInit {
  constructor(
    private readonly tx: Transaction,
    @Optional() private readonly checks?: ProofChecks,
  ) {}

  onModuleInit(): void {
    this.checks?.prove(provenTable);
    this.checks?.register({
      name: 'audit_addresses_match',
      rule: 'Each network address that the audit log still has is the one that its entry was written with.',
      run: (scope) => this.addressesMatch(scope),
    });
  }

  private addressesMatch(scope: ProofScope) {
    const age = scope.changes?.age;
    return findBroken(
      this.tx,
      age === undefined ? FORGED : `${FORGED} AND age(d.xmin) <= $1`,
      age === undefined ? [] : [age],
    );
  }
}
