import { Injectable } from '@nestjs/common';
import { ProofChecks } from '../platform/proof/index.js';
import { StockService } from './stock.service.js';

/** What the catalogue adds to the proof of the books. */
@Injectable()
export class StockProof {
  constructor(checks: ProofChecks, stock: StockService) {
    checks.register({
      name: 'stock_matches_journal',
      rule: 'What is on hand and what is reserved of each product is the sum of its stock movements.',
      run: () => stock.stockMatchesJournal(),
    });
  }
}
