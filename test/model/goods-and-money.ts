import assert from 'node:assert/strict';
import { without } from './named.js';
import type { OrderState, PaymentState, World } from './world.js';

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

/** What an order has to show for its goods. Amounts are minor units. */
interface Standing {
  readonly total: number;
  /** The price of what has left. */
  readonly goods: number;
  readonly authorized: number;
  readonly captured: number;
  readonly refunded: number;
  readonly refundPending: number;
  readonly voidPending: number;
  /** In open disputes, or lost in others. */
  readonly contested: number;
  readonly chargedBack: number;
  /** What people have asked to be given back, but for what was refused. */
  readonly byPeople: number;
  /** The part of it that was for certain pieces and charges. */
  readonly byName: number;
}

/**
 * The shop never gives away goods and money. It is a rule of its own, which relies on none of Till's decisions (nor on the
 * model's): what has left of an order is paid for with money that stays, but for what people gave back of an order that
 * really was paid (a rebate, or goods that came back), and for what a dispute took from an order that they shipped in spite of it.
 */
export class GoodsAndMoney {
  /** Orders that were paid by money that was not about to go. */
  private readonly covered = new Set<string>();
  /** What people gave back of those since. */
  private readonly rebates = new Map<string, number>();

  /** To be called at every quiet point. `inSpite`: orders that were shipped since `before` in spite of a dispute. */
  assert(before: World, now: World, inSpite: ReadonlySet<string>): void {
    for (const order of now.orders) {
      const is = this.standing(now, order);
      const earlier = before.orders.find(({ id }) => id === order.id);
      const was = earlier && this.standing(before, earlier);
      this.follow(order.id, was ?? is, is);
      const isShipped = was !== undefined && is.goods > was.goods;
      this.assertKept(order.id, is);
      if (isShipped && !inSpite.has(order.id)) this.assertShipped(order.id, was, is);
    }
  }

  /** At any moment the money that is there and not on its way back is worth the goods that have left. */
  private assertKept(id: string, { goods, captured, refunded, refundPending }: Standing): void {
    const kept = captured - refunded - refundPending;
    const rebate = this.rebates.get(id) ?? 0;
    assert.ok(goods <= kept + rebate, `order ${id} gave away goods for ${goods}: ${kept} stays, ${rebate} was rebated`);
  }

  /** When goods leave, their money is not in dispute, and something stays. What changed at the same time is taken at its best. */
  private assertShipped(id: string, was: Standing, is: Standing): void {
    const { goods, captured, refunded, refundPending, contested } = best(was, is);
    const kept = captured - refunded - refundPending - contested;
    const rebate = this.rebates.get(id) ?? 0;
    assert.ok(goods <= kept + rebate, `order ${id} shipped goods for ${goods}: ${kept} stays, ${rebate} was rebated`);
    if (was.goods === 0 && is.goods > 0)
      assert.ok(holds(best(was, is)) > 0, `order ${id} shipped goods for ${goods}, and nothing of its money stays`);
  }

  private follow(id: string, was: Standing, is: Standing): void {
    const rebate = this.rebates.get(id) ?? 0;
    // A refund of surplus is no rebate. Money that a dispute took is not there to be surplus.
    const kept = was.captured - was.refunded - was.refundPending - was.chargedBack;
    const surplus = Math.max(0, kept - (was.total - rebate));
    if (holds(best(was, is)) >= Math.min(was.total, is.total)) this.covered.add(id);
    // One of certain pieces or charges is a rebate, whatever else is owed.
    const more = Math.max(0, is.byPeople - was.byPeople - surplus, is.byName - was.byName);
    if (this.covered.has(id)) this.rebates.set(id, rebate + more);
    if (is.goods > 0 || inHand(is) > 0) return;
    // It has lost all its money: it is to be paid anew.
    this.covered.delete(id);
    this.rebates.delete(id);
  }

  private standing({ payments }: World, order: OrderState): Standing {
    const own = payments.filter((payment) => payment.order === order.id);
    const all = (name: keyof PaymentState) => sum(own.map((payment) => payment[name] as number));
    return {
      total: order.total,
      goods: sum(order.lines.map((line) => without(line, line.quantity - line.fulfilled))),
      authorized: all('authorized') - all('voided'),
      captured: all('captured'),
      refunded: all('refunded'),
      refundPending: all('refundPending'),
      voidPending: all('voidPending'),
      contested: order.disputed + order.chargedBack,
      chargedBack: order.chargedBack,
      byPeople: order.byPeople,
      byName: sum(order.named.map(({ gross }) => gross)),
    };
  }
}

const inHand = ({ authorized, refunded, chargedBack }: Standing) => authorized - refunded - chargedBack;

/** What is held and stays. */
function holds({ authorized, refunded, refundPending, voidPending, contested }: Standing): number {
  return authorized - refunded - refundPending - voidPending - contested;
}

/** Of two standings between which several things happened in an order that nobody knows, the most there can have been. */
function best(was: Standing, is: Standing): Standing {
  const least = (name: keyof Standing) => Math.min(was[name], is[name]);
  return {
    ...is,
    authorized: Math.max(was.authorized, is.authorized),
    captured: Math.max(was.captured, is.captured),
    refunded: least('refunded'),
    refundPending: least('refundPending'),
    voidPending: least('voidPending'),
    contested: least('contested'),
    chargedBack: least('chargedBack'),
  };
}
