import { Global, Module } from '@nestjs/common';
import { ProofChecks } from './proof-checks.js';

@Global()
@Module({ providers: [ProofChecks], exports: [ProofChecks] })
export class ProofModule {}
