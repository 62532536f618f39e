/** What a payment method does when it is charged. */
export type Behaviour =
  | { readonly kind: 'approve' }
  | {
      readonly kind: 'decline';
      readonly code: string;
      readonly declineCode?: string;
      readonly advice?: string;
      readonly message: string;
    }
  | { readonly kind: 'authenticate' }
  | { readonly kind: 'process' }
  /** The shopper gets instructions, and pays later; `action` is the `next_action` of the intent. */
  | { readonly kind: 'instruct'; readonly action: (intent: string, expiresAt: number) => { readonly type: string } }
  | { readonly kind: 'dispute' };
