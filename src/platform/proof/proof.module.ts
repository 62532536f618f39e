import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Checkpointer } from './checkpointer.js';
import { CheckpointsRepository } from './checkpoints.repository.js';
import { FactsRepository } from './facts.repository.js';
import { OwnersCheck } from './owners-check.js';
import { ProofChecks } from './proof-checks.js';
import { ProofRunner } from './proof-runner.js';
import { ProofRuns } from './proof-runs.js';
import { ProofFactEntity, ProofFormatEntity, ProofRunEntity } from './proof.entity.js';
import { Prover } from './prover.js';
import { RowCounts } from './row-counts.js';
import { SealsCheck } from './seals-check.js';
import { TablesRepository } from './tables.repository.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([ProofFormatEntity, ProofFactEntity, ProofRunEntity])],
  providers: [
    ProofChecks,
    ProofRunner,
    ProofRuns,
    Prover,
    Checkpointer,
    SealsCheck,
    OwnersCheck,
    RowCounts,
    TablesRepository,
    FactsRepository,
    CheckpointsRepository,
  ],
  exports: [ProofChecks, ProofRunner, ProofRuns],
})
export class ProofModule {}
