import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A payment that another system made on the provider's account. */
@Entity('foreign_payments')
export class ForeignPaymentEntity {
  @PrimaryColumn('text')
  readonly provider: string;

  /** The provider's reference of the payment. */
  @PrimaryColumn('text')
  readonly reference: string;

  @Column({ type: 'timestamptz', default: () => 'now()', insert: false, update: false })
  readonly seenAt: Date;
}
