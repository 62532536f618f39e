"""Buys, pays, refunds a part, and reads a list page by page: python3 python.py BASE_URL CUSTOMER_TOKEN FINANCE_TOKEN"""

import json
import sys
from uuid import uuid4

from till_client import (
    ApiClient,
    CatalogueApi,
    Configuration,
    CreatePaymentDto,
    CreateRefundDto,
    OrdersApi,
    PaymentsApi,
    PlaceOrderDto,
    PlaceOrderLineDto,
)


def client_of(base_url: str, token: str) -> ApiClient:
    return ApiClient(Configuration(host=base_url, access_token=token))


def all_skus(catalogue: CatalogueApi) -> list[str]:
    skus: list[str] = []
    cursor: str | None = None
    while True:
        page = catalogue.list_products(limit=2, cursor=cursor)
        skus += [product.sku for product in page.data]
        cursor = page.next_cursor
        if cursor is None:
            return skus


def run(base_url: str, customer: str, finance: str) -> dict[str, object]:
    shop, office = client_of(base_url, customer), client_of(base_url, finance)
    catalogue = CatalogueApi(shop)
    skus = all_skus(catalogue)
    product = catalogue.list_products(limit=1).data[0]
    lines = [PlaceOrderLineDto(product_id=product.id, quantity=2)]
    order = OrdersApi(shop).place_order(str(uuid4()), PlaceOrderDto(lines=lines))
    payment = PaymentsApi(shop).pay_order(order.id, str(uuid4()), CreatePaymentDto(payment_method="pm_ok"))
    refund = PaymentsApi(office).refund_payment(
        payment.id, str(uuid4()), CreateRefundDto(amount=100, reason="a scratch")
    )
    return {"payment": payment.status, "refunded": refund.amount, "skus": skus}


print(json.dumps(run(*sys.argv[1:4])))
