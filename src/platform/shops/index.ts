export { OwnChanges } from './own-changes.js';
export { heapFlag, type HostKind, placesInHeap, usualPlaces } from './places.js';
export { ShopEnvironments } from './shop-environment.js';
export { type HostParts, ShopHost } from './shop-host.js';
export { shopsSettings } from './shops.settings.js';
