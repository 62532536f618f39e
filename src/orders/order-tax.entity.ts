import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ChargeId, LineId, OrderId } from '../shared/ids.js';
import type { TaxCategory, TaxLine } from '../tax/index.js';
import type { TaxGroup } from './domain/tax-groups.js';

/** The tax of a line or charge with what explains it, as it was when the order was placed. Amounts are minor units. */
@Entity('tax_lines')
export class TaxLineEntity implements TaxLine {
  @PrimaryColumn('uuid')
  readonly orderId: OrderId;

  @PrimaryColumn('uuid')
  readonly lineId: LineId | ChargeId;

  @Column('text')
  readonly category: TaxCategory;

  @Column('numeric')
  readonly rate: string;

  @Column('bigint')
  readonly base: number;

  @Column('bigint')
  readonly amount: number;

  @Column('char', { length: 2 })
  readonly country: string;

  @Column('text')
  readonly label: string;

  @Column('text', { nullable: true })
  readonly reason: string | null;

  @Column('text')
  readonly source: string;
}

/** The sums of an order's lines by country, category and rate, without cancelled pieces. Amounts are minor units. */
@Entity('tax_groups')
export class TaxGroupEntity implements TaxGroup {
  @PrimaryColumn('uuid')
  readonly orderId: OrderId;

  @PrimaryColumn('char', { length: 2 })
  readonly country: string;

  @PrimaryColumn('text')
  readonly category: TaxCategory;

  @PrimaryColumn('numeric')
  readonly rate: string;

  @Column('bigint')
  readonly net: number;

  @Column('bigint')
  readonly tax: number;

  /** What the ledger has of it: money received less money returned, and the tax in that. */
  @Column({ type: 'bigint', default: 0, insert: false })
  readonly bookedGross: number;

  @Column({ type: 'bigint', default: 0, insert: false })
  readonly bookedTax: number;
}
