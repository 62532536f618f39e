import type { ProblemDocs } from '../platform/http/index.js';

export const taxProblems: ProblemDocs = {
  tax_rate_missing: {
    title: 'No tax rate',
    help: 'No tax rate is valid at the destination for the tax class that `detail` names. Nothing was reserved. Add the rate with `till tax import`; where no tax is due, add a rate of zero with the reason.',
  },
  tax_undetermined: {
    title: 'Tax cannot be determined',
    help: 'The tax provider of the shop refused to tax this order; `detail` has its reason. Nothing was reserved. Correct the shipping address, which is the usual cause, and send the request again.',
  },
  tax_provider_unavailable: {
    title: 'Tax provider unavailable',
    help: 'The tax provider of the shop sent no usable taxes, and the shop takes no orders without them (TAX_REMOTE_FALLBACK); or prices changed each time while it computed them. `detail` says which. Nothing was reserved. Send the same request again after `Retry-After`.',
    status: 503,
  },
};
