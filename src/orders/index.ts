export { type Order, type OrderHeader, paymentStatusOf } from './domain/order.js';
export { type OrderLine } from './domain/order-lines.js';
export { applyMoney, hasEnded, type MoneyMoved, type MoneyOfOrder, owed, unpaid } from './domain/order-money.js';
export { type OrderStatus, transition as orderTransition } from './domain/order-state.js';
export { awaitsPayment } from './domain/reservation.js';
export { type Cause, type NextLook, type Obligation, type ObligationReason, Obligations } from './obligations.js';
export { OrdersModule } from './orders.module.js';
export { OrdersService } from './orders.service.js';
