import { getMetadataStorage } from 'class-validator';
import { describe, expect, it } from 'vitest';
import type { ProductId } from '../shared/ids.js';
import { applyChange, type Product, type ProductChange } from './domain/product.js';
import { ChangeProductDto } from './dto/change-product.dto.js';
import { productChanged } from './products-audit.js';

const product: Product = {
  id: '01900000-0000-7000-8000-000000000001' as ProductId,
  sku: 'A',
  name: 'Mug',
  description: '',
  price: 1000,
  currency: 'EUR',
  lowestPrice: null,
  attributes: {},
  taxClass: null,
  weight: null,
  status: 'active',
  version: 1,
  createdAt: new Date(0),
  updatedAt: new Date(0),
  onHand: 0,
  reserved: 0,
};
const change: Required<ProductChange> = {
  sku: 'B',
  name: 'Cup',
  description: 'Blue',
  price: { amount: 900, currency: 'GBP' },
  attributes: { color: 'blue' },
  taxClass: 'standard',
  weight: 340,
  status: 'archived',
};
const changeable = new Set(
  getMetadataStorage()
    .getTargetValidationMetadatas(ChangeProductDto, '', false, false)
    .map(({ propertyName }) => propertyName as keyof ProductChange),
);

describe('The audit log', () => {
  it.each([...changeable])('has the %s of a product before and after its change', (name) => {
    const audited = productChanged(product, applyChange(product, { [name]: change[name] }));
    const { amount: price, currency } = change.price;
    const after = name === 'price' ? { price, currency } : { [name]: change[name] };
    expect(audited.after).toEqual(after);
    expect(audited.before).toEqual(Object.fromEntries(Object.keys(after).map((key) => [key, product[key as 'sku']])));
  });

  it('is tested for all that staff may change', () => {
    expect([...changeable].toSorted()).toEqual(Object.keys(change).toSorted());
  });
});
