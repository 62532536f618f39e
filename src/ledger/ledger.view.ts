import { ApiProperty } from '@nestjs/swagger';
import { type TransactionKind, transactionKinds } from './domain/kinds.js';

/** The responses of the ledger's routes, for the OpenAPI description. */
export class AccountView {
  @ApiProperty({ example: 'acc_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ example: 'provider_clearing:sandbox' }) readonly code: string;
  @ApiProperty({ enum: ['asset', 'liability', 'equity', 'revenue', 'expense'] }) readonly type: string;
  @ApiProperty({ example: 'EUR' }) readonly currency: string;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Minor units; debits are positive. Null beyond 9007199254740991 either way: see exactBalance',
  })
  readonly balance: number | null;
  @ApiProperty({ example: '-1999', description: 'The same in decimal digits, which have no bound' })
  readonly exactBalance: string;
  @ApiProperty({ format: 'date-time' }) readonly createdAt: Date;
}

export class AccountEntryView {
  @ApiProperty({ example: 'txn_01h455vb4pex5vsknk084sn02q' }) readonly transactionId: string;
  @ApiProperty({ description: 'Minor units; a debit is positive, a credit negative' }) readonly amount: number;
  @ApiProperty({ enum: transactionKinds }) readonly kind: TransactionKind;
  @ApiProperty({ type: String, nullable: true }) readonly orderId: string | null;
  @ApiProperty({ format: 'date-time' }) readonly createdAt: Date;
}

class EntryView {
  @ApiProperty({ example: 'acc_01h455vb4pex5vsknk084sn02q' }) readonly accountId: string;
  @ApiProperty({ example: 'sales' }) readonly account: string;
  @ApiProperty({ example: 'EUR' }) readonly currency: string;
  @ApiProperty({ description: 'Minor units; a debit is positive, a credit negative' }) readonly amount: number;
}

export class LedgerTransactionView {
  @ApiProperty({ example: 'txn_01h455vb4pex5vsknk084sn02q' }) readonly id: string;
  @ApiProperty({ enum: transactionKinds }) readonly kind: TransactionKind;
  @ApiProperty({ type: String, nullable: true }) readonly orderId: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly reference: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly reason: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'Who posted it' }) readonly actorId: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'What it takes back' }) readonly reverses: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'What takes it back' }) readonly reversedBy: string | null;
  @ApiProperty({ type: [EntryView] }) readonly entries: EntryView[];
  @ApiProperty({ format: 'date-time' }) readonly createdAt: Date;
}
