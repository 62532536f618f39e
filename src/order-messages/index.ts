export { OrderMessagesApiModule } from './order-messages.api.module.js';
