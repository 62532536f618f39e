import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/index.js';
import { taxSettings } from '../tax.settings.js';
import { RemoteTaxProvider } from './remote/remote.provider.js';
import { TableTaxProvider } from './table.provider.js';
import type { TaxProvider } from './tax-provider.js';

/** The tax providers of this installation. */
@Injectable()
export class TaxProviders {
  /** The tax provider; undefined where the table of rates taxes orders. */
  readonly external: TaxProvider | undefined;
  /** Who is asked instead while the tax provider does not answer; undefined if orders are refused then. */
  readonly instead: TaxProvider | undefined;

  constructor(table: TableTaxProvider, config: Config) {
    const { remote, fallback } = config.of(taxSettings);
    this.external = remote && new RemoteTaxProvider(remote);
    this.instead = fallback === 'table' ? table : undefined;
  }
}
