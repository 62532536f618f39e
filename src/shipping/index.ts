export { priceOf, type ShippingMethod, unavailableBecause } from './domain/shipping-method.js';
export { ShippingUnavailable } from './shipping.errors.js';
export { ShippingModule } from './shipping.module.js';
export { ShippingService } from './shipping.service.js';
