import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import type { OrderId, TaxOperationId } from '../shared/ids.js';
import type { TaxAmounts, TaxOperationKind } from './domain/tax-report.js';

/** The taxes of an order for which a tax provider keeps a document. */
@Entity('tax_documents')
export class TaxDocumentEntity {
  @PrimaryColumn('uuid')
  readonly orderId: OrderId;

  @Column('text')
  readonly provider: string;

  @Column('char', { length: 3 })
  readonly currency: string;

  /** The provider's name for the estimate; null if it has none, or if the table of rates stood in for it. */
  @Column('text', { nullable: true })
  readonly reference: string | null;

  @CreateDateColumn({ type: 'timestamptz' })
  readonly createdAt: Date;
}

/** What the provider of a document is told, each once. Amounts are minor units. */
@Entity('tax_operations')
export class TaxOperationEntity {
  @PrimaryColumn('uuid')
  readonly id: TaxOperationId;

  @Column('uuid')
  readonly orderId: OrderId;

  @Column('text')
  readonly kind: TaxOperationKind;

  /** The net amount and the tax of each country, category and rate. */
  @Column('jsonb')
  readonly groups: readonly TaxAmounts[];

  /** The sums of the groups. */
  @Column('bigint')
  readonly gross: number;

  @Column('bigint')
  readonly tax: number;

  @CreateDateColumn({ type: 'timestamptz' })
  readonly createdAt: Date;

  /** When the provider acknowledged it; null before. */
  @Column('timestamptz', { nullable: true })
  readonly sentAt: Date | null;
}
