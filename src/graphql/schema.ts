const page = (type: string) => `type ${type}Page { data: [${type}!]! nextCursor: String }`;

/** What can be read. `Amount` is a whole number of minor units, `Json` any value, `Time` a time in UTC. */
export const SCHEMA = `
  "Whole numbers of minor units of a currency, up to 2^53 - 1"
  scalar Amount
  "UTC, ISO 8601"
  scalar Time
  "Any JSON value"
  scalar Json

  type Query {
    products(limit: Int = 20, cursor: String, q: String): ProductPage!
    product(id: ID!): Product!
    "Without orders:read, the caller's own"
    orders(limit: Int = 20, cursor: String, status: OrderStatus, customerId: ID): OrderPage!
    order(id: ID!): Order!
    "Without payments:read, those of the caller's own orders"
    payments(limit: Int = 20, cursor: String, orderId: ID): PaymentPage!
    payment(id: ID!): Payment!
    "Needs users:read"
    customers(limit: Int = 20, cursor: String, email: String, name: String): CustomerPage!
    "Without users:read, the caller's own"
    customer(id: ID!): Customer!
    "Needs ledger:read"
    ledgerAccounts(limit: Int = 20, cursor: String, currency: String): LedgerAccountPage!
    "Needs ledger:read"
    ledgerTransactions(limit: Int = 20, cursor: String, orderId: ID): LedgerTransactionPage!
  }

  enum OrderStatus { pending confirmed completed cancelled expired }

  type Money { amount: Amount! currency: String! }
  type Stock { onHand: Int! reserved: Int! available: Int! }
  type Product {
    id: ID! sku: String! name: String! description: String! price: Money! lowestPrice30Days: Money attributes: Json! taxClass: String
    "Grams of one piece"
    weight: Int
    status: String! stock: Stock! createdAt: Time! updatedAt: Time!
  }

  type OrderLine {
    id: ID! productId: ID! sku: String! name: String! quantity: Int! unitPrice: Amount! total: Amount! fulfilledQuantity: Int! cancelledQuantity: Int!
    "As it is now; null if the caller may not see it any more"
    product: Product
  }
  type Order {
    id: ID! number: Amount! customerId: ID! currency: String! status: String! paymentStatus: String! fulfillmentStatus: String! total: Amount!
    lines: [OrderLine!]! shippingAddress: Json metadata: Json! reservedUntil: Time version: Int! createdAt: Time! updatedAt: Time!
    "Without users:read, the caller's own"
    customer: Customer
    payments: [Payment!]!
  }

  type Payment {
    id: ID! orderId: ID! provider: String! status: String! currency: String! amount: Amount! authorizedAmount: Amount! capturedAmount: Amount!
    refundedAmount: Amount! capture: String! statementDescriptor: String createdAt: Time! updatedAt: Time!
    order: Order!
  }

  type Customer { id: ID! email: String! name: String! }

  type LedgerAccount { id: ID! code: String! type: String! currency: String! balance: Amount exactBalance: String! createdAt: Time! }
  type LedgerEntry { accountId: ID! account: String! currency: String! amount: Amount! }
  type LedgerTransaction {
    id: ID! kind: String! orderId: ID reference: String reason: String entries: [LedgerEntry!]! createdAt: Time!
    "Needs orders:read"
    order: Order
  }

  ${['Product', 'Order', 'Payment', 'Customer', 'LedgerAccount', 'LedgerTransaction'].map(page).join('\n  ')}
`;
