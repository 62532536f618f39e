import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import type { TaxRateId, TaxZoneId } from '../shared/ids.js';
import type { TaxCategory } from './domain/taxes.js';

/** Places with the same tax rates: a country, a part of it, or with no country everywhere else. */
@Entity('tax_zones')
export class TaxZoneEntity {
  @PrimaryColumn('uuid')
  readonly id: TaxZoneId;

  @Column('text')
  readonly name: string;

  /** ISO 3166-1 alpha-2; null for all countries without a zone. */
  @Column('char', { length: 2, nullable: true })
  readonly country: string | null;

  @Column('text', { nullable: true })
  readonly region: string | null;

  /** The first and last postcode, as text; both or none. */
  @Column('text', { nullable: true })
  readonly postalFrom: string | null;

  @Column('text', { nullable: true })
  readonly postalTo: string | null;

  /** Whether prices in this zone include the tax. */
  @Column('boolean')
  readonly pricesIncludeTax: boolean;

  @CreateDateColumn({ type: 'timestamptz' })
  readonly createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  readonly updatedAt: Date;
}

/** The rate for one class of products in a zone, from a time on. */
@Entity('tax_rates')
export class TaxRateEntity {
  @PrimaryColumn('uuid')
  readonly id: TaxRateId;

  @Column('uuid')
  readonly zoneId: TaxZoneId;

  /** The class of products, in the shop's words. */
  @Column('text')
  readonly taxClass: string;

  @Column('text')
  readonly category: TaxCategory;

  /** A percentage in decimal digits, with at most four places. */
  @Column('numeric')
  readonly rate: string;

  @Column('text')
  readonly label: string;

  /** Why no tax is charged, such as an export. */
  @Column('text', { nullable: true })
  readonly reason: string | null;

  @Column('timestamptz')
  readonly validFrom: Date;

  @Column('timestamptz', { nullable: true })
  readonly validUntil: Date | null;

  /** Where the rate comes from. */
  @Column('text')
  readonly source: string;

  @CreateDateColumn({ type: 'timestamptz' })
  readonly createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  readonly updatedAt: Date;
}
