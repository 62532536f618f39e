/** Answers of the API, as far as tests read them. */

export interface ProductBody {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  readonly version: number;
  readonly stock: StockBody;
}

export interface StockBody {
  readonly onHand: number;
  readonly reserved: number;
  readonly available: number;
}

export interface OrderBody {
  readonly id: string;
  readonly number: number;
  readonly customerId: string;
  readonly currency: string;
  readonly status: string;
  readonly paymentStatus: string;
  readonly fulfillmentStatus: string;
  readonly lines: readonly LineBody[];
  readonly charges?: readonly { readonly id: string; readonly amount: number; readonly total: number }[];
  readonly total: number;
  readonly reservedUntil: string | null;
  readonly version: number;
  readonly createdAt: string;
}

export interface LineBody {
  readonly id: string;
  readonly productId: string;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly total: number;
  readonly fulfilledQuantity: number;
  readonly cancelledQuantity: number;
}

export interface PaymentBody {
  readonly id: string;
  readonly orderId: string;
  readonly status: string;
  readonly amount: number;
  readonly authorizedAmount: number;
  readonly capturedAmount: number;
  readonly refundedAmount: number;
}

/** An order that was placed and paid in one request. */
export interface PlacedOrderBody extends OrderBody {
  readonly payment: PaymentBody;
}

export interface RefundBody {
  readonly id: string;
  readonly paymentId: string;
  readonly amount: number;
  readonly status: string;
}

export interface DisputeBody {
  readonly id: string;
  readonly paymentId: string;
  readonly amount: number;
  readonly coveredAmount: number;
  readonly status: string;
  readonly closedAt: string | null;
}

export interface PageBody<T> {
  readonly data: readonly T[];
  readonly nextCursor: string | null;
}

export interface ProofBody {
  readonly balanced: boolean;
  readonly checks: readonly { readonly name: string; readonly holds: boolean; readonly detail: unknown }[];
}

export interface ProblemBody {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly message: string }[];
}

export interface AccountBody {
  readonly id: string;
  readonly code: string;
  readonly currency: string;
  readonly balance: number;
}

export interface EntryBody {
  readonly transactionId: string;
  readonly amount: number;
  readonly kind: string;
  readonly orderId: string | null;
  readonly createdAt: string;
}

export interface LedgerTransactionBody {
  readonly id: string;
  readonly kind: string;
  readonly reverses: string | null;
  readonly reversedBy: string | null;
  readonly entries: readonly { readonly account: string; readonly currency: string; readonly amount: number }[];
  readonly createdAt: string;
}
