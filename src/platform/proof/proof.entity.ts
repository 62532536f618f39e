import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** The columns of a table's digests. */
@Entity('proof_formats')
export class ProofFormatEntity {
  @PrimaryGeneratedColumn('identity', { type: 'smallint', generatedIdentity: 'ALWAYS' })
  readonly id: number;

  /** The code of the table (`ProvenTable`). */
  @Column('smallint')
  readonly kind: number;

  @Column('text', { array: true })
  readonly columns: string[];
}

/** The digest of a sealed row. Append-only. */
@Entity('proof_facts')
export class ProofFactEntity {
  /** The code of the table (`ProvenTable`). */
  @PrimaryColumn('smallint')
  readonly kind: number;

  @PrimaryColumn('uuid')
  readonly id: string;

  /** The checkpoint that sealed it. */
  @Column('int')
  readonly seq: number;

  @Column('smallint')
  readonly format: number;

  /** 16 bytes. */
  @Column('bytea')
  readonly digest: Buffer;
}

/** A finished full proof. */
@Entity('proof_runs')
export class ProofRunEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  readonly id: number;

  @Column('timestamptz')
  readonly at: Date;

  @Column('int')
  readonly tookMs: number;

  @Column('boolean')
  readonly holds: boolean;

  /** The names of the checks that do not hold. */
  @Column('text', { array: true })
  readonly failed: string[];
}
