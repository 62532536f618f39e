import type { ProblemDocs } from '../platform/http/index.js';

export const taxProblems: ProblemDocs = {
  tax_rate_missing: {
    title: 'No tax rate',
    help: 'A product has a tax class, and no rate for it is valid at the destination. Nothing was reserved. Add the rate with `till tax import`, also where no tax is charged: a rate of zero says why.',
  },
  tax_undetermined: {
    title: 'Tax can not be determined',
    help: 'The tax service of the shop was asked, and says that it can not tax this order; `detail` says why. Nothing was reserved. Mostly it does not know the address: correct it.',
  },
  tax_provider_unavailable: {
    title: 'Tax service unavailable',
    help: 'The tax service of the shop does not answer, and the shop does not sell without it (TAX_REMOTE_FALLBACK). Nothing was reserved. Send the same request again after `Retry-After`.',
    status: 503,
  },
};
