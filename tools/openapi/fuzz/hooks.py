"""
What schemathesis does not know of Till: who sends a request, a fresh idempotency key for each, and ids of things that exist.
TILL is the address of a Till of `npm start` that nobody needs any more, TILL_LOGIN the demo login whose requests these are.
"""

import json
import os
import random
import re
import time
import urllib.error
import urllib.request
from uuid import uuid4

import schemathesis

BASE = os.environ["TILL"]
LOGIN = os.environ.get("TILL_LOGIN", "admin")
LISTS = [
    "products", "orders", "payments", "refunds", "users", "roles", "api-keys", "promotions", "webhook-endpoints",
    "ledger/accounts", "ledger/transactions", "events", "approvals", "disputes", "reconciliations",
]  # fmt: skip
ID = re.compile(r"^([a-z]{3})_[0-9a-z]{26}$")


def call(method, path, token=None, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(BASE + path, method=method, data=data)
    if data is not None:
        request.add_header("content-type", "application/json")
        request.add_header("idempotency-key", str(uuid4()))
    if token:
        request.add_header("authorization", f"Bearer {token}")
    for _ in range(30):
        try:
            with urllib.request.urlopen(request) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            # Wrong passwords that the run sent make the next sign-in wait.
            if error.code != 429:
                raise
            time.sleep(int(error.headers["retry-after"]))
    raise RuntimeError(f"{method} {path} is refused for too long")


def sign_in(name):
    body = {"email": f"{name}@till.example", "password": f"{name}-demo-password"}
    return call("POST", "/v1/auth/login", body=body)["accessToken"]


@schemathesis.auth(refresh_interval=300)
class SignedIn:
    def get(self, case, context):
        return sign_in(LOGIN)

    def set(self, case, data, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"


def make_some(token):
    """Orders with payments and refunds, and what else an empty shop lacks."""
    price = {"amount": 1000, "currency": "EUR"}
    mug = call("POST", "/v1/products", token, {"sku": uuid4().hex, "name": "Mug", "price": price, "stock": {"onHand": 100000}})
    lines = [{"productId": mug["id"], "quantity": 3}]
    for method in ["pm_ok", "pm_declined", "pm_pending", "pm_requires_action"] * 2:
        order = call("POST", "/v1/orders", token, {"lines": lines, "payment": {"paymentMethod": method}})
        if order["paymentStatus"] == "paid":
            call("POST", f"/v1/payments/{order['payment']['id']}/refunds", token, {"amount": 1})
    word = uuid4().hex[:8]
    call("POST", "/v1/roles", token, {"name": f"desk_{word}", "description": "Desk", "permissions": ["orders:read"]})
    call("POST", "/v1/api-keys", token, {"name": "ERP", "scopes": ["orders:read"]})
    call("POST", "/v1/promotions", token, {"name": "Ten", "code": word, "benefit": "percent", "percentage": "10"})
    call("POST", "/v1/webhook-endpoints", token, {"url": "https://1.1.1.1/", "types": ["order.*"]})
    postings = [{"debit": "payouts", "credit": "equity", "amount": 1}]
    call("POST", "/v1/ledger/transactions", token, {"currency": "EUR", "postings": postings, "reason": "founding"})
    person = {"email": f"{word}@till.example", "name": "Grace"}
    call("POST", "/v1/users", token, person)


def ids_by_prefix():
    """Ids of what exists, by their prefixes; without the demo logins, whose erasure would end the run."""
    token, known = sign_in("admin"), {}
    make_some(token)

    def collect(value):
        if isinstance(value, dict):
            for member in value.values():
                collect(member)
        elif isinstance(value, list):
            for element in value:
                collect(element)
        elif isinstance(value, str) and (found := ID.match(value)):
            known.setdefault(found[1], set()).add(value)

    for name in LISTS:
        collect(call("GET", f"/v1/{name}?limit=100", token))
    users = call("GET", "/v1/users?limit=100", token)["data"]
    known["usr"] = {user["id"] for user in users if not user["name"].startswith("Demo ")}
    return {prefix: sorted(values) for prefix, values in known.items() if values}


KNOWN = ids_by_prefix()


def existing(value):
    """The value with two of three well-formed ids replaced by ones that exist."""
    if isinstance(value, dict):
        return {name: existing(member) for name, member in value.items()}
    if isinstance(value, list):
        return [existing(element) for element in value]
    if isinstance(value, str) and (found := ID.match(value)) and found[1] in KNOWN and random.random() < 0.67:
        return random.choice(KNOWN[found[1]])
    return value


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    return existing(path_parameters)


@schemathesis.hook
def map_body(context, body):
    return existing(body)


@schemathesis.hook
def before_call(context, case, kwargs):
    headers = case.headers or {}
    name = next((name for name in headers if name.lower() == "idempotency-key"), None)
    if name is not None and random.random() < 0.9:
        headers[name] = str(uuid4())
