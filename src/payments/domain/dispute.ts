/** What a provider says of a dispute: a shopper asked their bank for the money back, and the bank decided. */
export type DisputeNoticeType = 'dispute_opened' | 'dispute_won' | 'dispute_lost';
