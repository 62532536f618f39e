import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { newId, type TaxZoneId } from '../shared/ids.js';
import { Transaction } from '../platform/database/index.js';
import { TaxRateEntity, TaxZoneEntity } from './tax.entity.js';
import { readTaxFile, type RateInFile, type TaxFile, type ZoneInFile } from './tax-file.js';

/** What an import changed. */
export interface TaxImported {
  readonly zones: number;
  readonly rates: number;
}

const startOf = (day: string) => new Date(`${day}T00:00:00.000Z`);

/** Adds and updates tax zones and rates by a file. Orders keep the rates they were placed with. */
@Injectable()
export class TaxImport {
  constructor(private readonly tx: Transaction) {}

  /**
   * Imports a file, all of it or nothing. A zone is found by its place, a rate by its class and first day; what the file leaves out
   * stays.
   * @throws ValidationFailed
   */
  run(content: string): Promise<TaxImported> {
    const file = readTaxFile(content);
    return this.tx.run(async () => {
      for (const zone of file.zones) {
        const zoneId = await this.keepZone(zone);
        for (const rate of zone.rates) await this.keepRate(zoneId, rate, file);
      }
      return { zones: file.zones.length, rates: file.zones.reduce((sum, { rates }) => sum + rates.length, 0) };
    });
  }

  private async keepZone(zone: ZoneInFile): Promise<TaxZoneId> {
    const { name, pricesIncludeTax, country, region, postalFrom, postalTo } = zone;
    const zones = this.tx.repository(TaxZoneEntity);
    const found = await zones.findOneBy({
      country: country ?? IsNull(),
      region: region ?? IsNull(),
      postalFrom: postalFrom ?? IsNull(),
      postalTo: postalTo ?? IsNull(),
    });
    const id = found?.id ?? newId<'txz'>();
    await zones.save({ id, name, pricesIncludeTax, country, region, postalFrom, postalTo });
    return id;
  }

  private async keepRate(zoneId: TaxZoneId, given: RateInFile, { source, date }: TaxFile): Promise<void> {
    const rates = this.tx.repository(TaxRateEntity);
    const { from, until, reason = null, ...rate } = given;
    const validFrom = startOf(from);
    const found = await rates.findOneBy({ zoneId, taxClass: rate.taxClass, validFrom });
    const validUntil = until === undefined ? null : startOf(until);
    const id = found?.id ?? newId<'txr'>();
    await rates.save({ ...rate, id, zoneId, reason, validFrom, validUntil, source: `${source}, ${date}` });
  }
}
