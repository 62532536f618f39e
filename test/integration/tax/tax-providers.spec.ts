import { encodeId } from '../../../src/shared/ids.js';
import { RemoteTaxProvider } from '../../../src/tax/providers/remote/remote.provider.js';
import { TableTaxProvider } from '../../../src/tax/providers/table.provider.js';
import { TaxModule } from '../../../src/tax/index.js';
import { createDatabase } from '../../support/database.js';
import { importTaxRates } from '../../support/tax.js';
import { describeTaxProvider, type KitFault, type TaxProviderHarness } from '../../support/tax-provider-kit.js';
import { startTaxService, TAX_TOKEN, type TaxFault } from '../../support/tax-service.js';
import { testingModule } from '../../support/testing-module.js';

async function openTable(): Promise<TaxProviderHarness> {
  const database = await createDatabase();
  const app = await (await testingModule(database.url, [TaxModule])).compile();
  await app.init();
  await importTaxRates(app);
  const provider = app.get(TableTaxProvider, { strict: false });
  const close = async () => {
    await app.close();
    await database.drop();
  };
  return { provider, currency: 'GBP', country: 'GB', close };
}

const faults: Readonly<Record<KitFault, TaxFault>> = {
  lost: 'slow',
  error: 'error',
  cut: 'done_then_cut',
  unsound: 'wrong_sum',
};

const sum = (groups: readonly { net: number; tax: number }[]) =>
  groups.reduce((all, { net, tax }) => all + net + tax, 0);

async function openRemote(): Promise<TaxProviderHarness> {
  const service = await startTaxService();
  return {
    provider: new RemoteTaxProvider({ url: service.url, token: TAX_TOKEN, timeoutMs: 1000 }),
    currency: 'USD',
    country: 'US',
    fail: (fault) => void service.fail(faults[fault]),
    booksOf: (orderId) => {
      const kept = service.documents.get(encodeId('ord', orderId as never));
      if (!kept) return undefined;
      return { sold: sum(kept.groups), refunded: sum(kept.refunds.flat()), voided: kept.voided };
    },
    close: service.close,
  };
}

describeTaxProvider('table', openTable, { keepsDocuments: false, callsService: false });
describeTaxProvider('remote', openRemote, { keepsDocuments: true, callsService: true });
