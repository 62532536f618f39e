import { ValidationFailed, type Violation } from '../../shared/errors.js';
import type { ShippingMethod } from './shipping-method.js';

/** The values of a new method, as its maker gives them. */
export type WantedMethod = Pick<ShippingMethod, 'name' | 'currency' | 'price'> & {
  readonly [P in 'freeFrom' | 'ratedBy' | 'rates' | 'countries' | 'minDays' | 'maxDays' | 'taxClass']?:
    ShippingMethod[P] | undefined;
};

/** Fields to change; absent ones stay. For other rates or countries, make another method. */
export type MethodChange = {
  readonly [P in 'name' | 'price' | 'freeFrom' | 'status']?: ShippingMethod[P] | undefined;
};

/** Returns the values of a new method. @throws ValidationFailed */
export function newMethod(wanted: WantedMethod): Omit<ShippingMethod, 'id'> {
  return checked({
    name: wanted.name,
    currency: wanted.currency,
    price: wanted.price,
    freeFrom: wanted.freeFrom ?? null,
    ratedBy: wanted.ratedBy ?? null,
    rates: wanted.rates ?? [],
    countries: wanted.countries ?? [],
    minDays: wanted.minDays ?? null,
    maxDays: wanted.maxDays ?? null,
    taxClass: wanted.taxClass ?? null,
    status: 'active',
  });
}

/** Returns the method after a change. */
export function changeMethod<M extends ShippingMethod>(method: M, change: MethodChange): M {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  return { ...method, ...given };
}

function checked<M extends Omit<ShippingMethod, 'id'>>(method: M): M {
  const { ratedBy, rates, minDays, maxDays } = method;
  const violations: Violation[] = [];
  if ((ratedBy === null) !== (rates.length === 0))
    violations.push({ pointer: '/rates', code: 'rated_by', message: 'needs ratedBy, and ratedBy needs rates' });
  if (rates.some(({ from }, index) => index > 0 && from <= rates[index - 1]!.from))
    violations.push({ pointer: '/rates', code: 'order', message: 'must begin at the smallest from, each once' });
  if ((minDays === null) !== (maxDays === null) || (minDays ?? 0) > (maxDays ?? 0))
    violations.push({ pointer: '/maxDays', code: 'min', message: 'must be given with minDays, and not be below it' });
  if (violations.length > 0) throw new ValidationFailed(violations);
  return method;
}
