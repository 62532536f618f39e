import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import type { UserId, VatIdCheckId } from '../shared/ids.js';

/** An official check of a VAT id: what VIES said, the evidence that tax law asks for. Never changed. */
@Entity('vat_id_checks')
export class VatIdCheckEntity {
  @PrimaryColumn('uuid')
  readonly id: VatIdCheckId;

  @Column('uuid')
  readonly userId: UserId;

  @Column('text')
  readonly vatId: string;

  @Column('boolean')
  readonly valid: boolean;

  /** VIES' number of this check; null if it gave none, because the shop named no VAT id of its own. */
  @Column('text', { nullable: true })
  readonly consultationNumber: string | null;

  /** The whole answer. */
  @Column('jsonb')
  readonly answer: object;

  @Column('timestamptz')
  readonly askedAt: Date;

  @CreateDateColumn({ type: 'timestamptz' })
  readonly createdAt: Date;
}
