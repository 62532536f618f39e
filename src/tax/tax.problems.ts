import type { ProblemDocs } from '../platform/http/index.js';

export const taxProblems: ProblemDocs = {
  tax_rate_missing: {
    title: 'No tax rate',
    help: 'A product has a tax class, and no rate for it is valid at the destination. Nothing was reserved. Add the rate with `till tax import`, also where no tax is charged: a rate of zero says why.',
  },
};
