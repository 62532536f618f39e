/** The parts of the API's answers that the replay reads; amounts in minor units (pence). */
export interface User {
  readonly id: string;
}

export interface Product {
  readonly id: string;
  readonly status: string;
  readonly taxClass: string | null;
  readonly stock: { readonly onHand: number; readonly reserved: number; readonly available: number };
}

export interface Order {
  readonly id: string;
  readonly status: string;
  readonly paymentStatus: string;
  readonly lines: readonly unknown[];
  readonly total: number;
  readonly metadata: Readonly<Record<string, unknown>> | null;
}

export interface Payment {
  readonly id: string;
  readonly status: string;
  readonly capturedAmount: number;
  readonly refundedAmount: number;
  readonly decline: { readonly code: string } | null;
}

export interface Refund {
  readonly id: string;
  readonly status: string;
  readonly amount: number;
  readonly reason: string | null;
}

export interface VatReport {
  readonly lines: readonly {
    readonly country: string;
    readonly rate: string;
    readonly currency: string;
    readonly net: number;
    readonly vat: number;
  }[];
}

export interface LedgerProof {
  readonly balanced: boolean;
}
