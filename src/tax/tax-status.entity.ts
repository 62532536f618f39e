import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import type { UserId } from '../shared/ids.js';

/** What is known of a VAT id: its form alone, or what VIES or the staff said. */
export const vatIdStates = ['unchecked', 'valid', 'invalid'] as const;
export type VatIdState = (typeof vatIdStates)[number];

/** A customer's tax status: the VAT id and the exemption, which change the tax of their orders. */
@Entity('tax_statuses')
export class TaxStatusEntity {
  @PrimaryColumn('uuid')
  readonly userId: UserId;

  @Column('text', { nullable: true })
  readonly vatId: string | null;

  @Column('text', { nullable: true })
  readonly vatIdState: VatIdState | null;

  /** Who of the staff said that the id is the customer's; null if nobody did. */
  @Column('uuid', { nullable: true })
  readonly vatIdConfirmedBy: UserId | null;

  /** When VIES last answered. */
  @Column('timestamptz', { nullable: true })
  readonly vatIdCheckedAt: Date | null;

  /** When the next official check is due; null if never. */
  @Column('timestamptz', { nullable: true })
  readonly checkDueAt: Date | null;

  /** How often in a row VIES gave no answer, and why. */
  @Column('int', { default: 0 })
  readonly checkAttempts: number;

  @Column('text', { nullable: true })
  readonly checkError: string | null;

  /** Where the customer pays no tax: ISO 3166-1 alpha-2; null without an exemption. */
  @Column('char', { length: 2, nullable: true })
  readonly exemptionCountry: string | null;

  /** Null for the whole country. */
  @Column('text', { nullable: true })
  readonly exemptionRegion: string | null;

  @Column('text', { nullable: true })
  readonly exemptionReason: string | null;

  @Column('timestamptz', { nullable: true })
  readonly exemptionFrom: Date | null;

  @Column('timestamptz', { nullable: true })
  readonly exemptionUntil: Date | null;

  @Column('uuid', { nullable: true })
  readonly exemptionGrantedBy: UserId | null;

  @CreateDateColumn({ type: 'timestamptz' })
  readonly createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  readonly updatedAt: Date;
}
