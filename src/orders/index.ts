export { type Order, type OrderHeader, type OrderLine, paymentStatusOf } from './domain/order.js';
export { type OrderStatus, transition as orderTransition } from './domain/order-state.js';
export { OrdersModule } from './orders.module.js';
export { type MoneyMoved, OrdersService } from './orders.service.js';
