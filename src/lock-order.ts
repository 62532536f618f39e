/**
 * The one order in which transactions lock rows, whoever locks them (docs/transactions.md). Statements name these kinds of rows in
 * `BatchQuery.locks`; rows of one kind are locked in the order of their ids.
 */
export const lockOrder = ['order', 'payment', 'attempt', 'stock', 'customer', 'promotion'] as const;
