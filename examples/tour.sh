#!/usr/bin/env bash
# The tour of the README, for sh, bash and zsh: places an order, pays it, refunds a part of it, and proves the books.
#   npm start               (in another terminal)
#   sh examples/tour.sh     or, at another address: TILL=http://127.0.0.1:3001 bash examples/tour.sh
set -eu
till=${TILL:-http://127.0.0.1:3000}
# Keys of this run: a second tour is another order.
run=$(date +%s)-$$
token=

# field NAME: a member of the JSON on standard input, such as .id or .data[0].id
field() {
  node -e 'const text = require("fs").readFileSync(0, "utf8"); if (!text) process.exit(1);
    let value = JSON.parse(text); try { value = eval("value" + process.argv[1]); } catch { value = undefined; }
    if (value === undefined) { console.error(`The response has no ${process.argv[1]}: ${text}`); process.exit(1); }
    console.log(value);' "$1"
}

# Ends the tour: what answers at this address is something else, or nothing.
no_till() {
  printf 'There is no Till at %s; set TILL=http://... to the address that npm start prints.\n' "$till" >&2
  exit 1
}

# ask METHOD PATH [BODY] [KEY]: prints the body of the response; shows a refusal, and ends the tour with it
ask() {
  line="$1 $2" url=$till$2 sent=${3:-} key=${4:-}
  set -- -sS -w '\n%{http_code}' -X "$1" -H 'content-type: application/json'
  if [ -n "$token" ]; then set -- "$@" -H "authorization: Bearer $token"; fi
  if [ -n "$key" ]; then set -- "$@" -H "idempotency-key: $key"; fi
  if [ -n "$sent" ]; then set -- "$@" --data-binary "$sent"; fi
  answer=$(curl "$@" "$url") || no_till
  code=$(printf '%s' "$answer" | tail -n 1)
  answer=$(printf '%s' "$answer" | sed '$d')
  case $code$answer in
    [45]*'"requestId"'* | [23]??'{'*) ;;
    *) no_till ;;
  esac
  if [ "$code" -ge 400 ]; then
    printf '%s was refused with %s: %s\n' "$line" "$code" "$(printf '%s' "$answer" | field .detail)" >&2
    exit 1
  fi
  printf '%s' "$answer"
}

sign_in() {
  token=
  token=$(ask POST /v1/auth/login "{\"email\":\"$1@till.example\",\"password\":\"$1-demo-password\"}" | field .accessToken)
}

echo "1. Sign in as a customer, and find a product."
sign_in customer
product=$(ask GET '/v1/products?q=mug&sort=price&currency=EUR&limit=1' | field '.data[0].id')
echo "   $product"

echo "2. Place an order: the server prices it, and reserves its stock for 15 minutes."
order=$(ask POST /v1/orders "{\"lines\":[{\"productId\":\"$product\",\"quantity\":2}],\"shippingAddress\":{\"country\":\"DE\"}}" "order-$run")
id=$(printf '%s' "$order" | field .id)
echo "   order $(printf '%s' "$order" | field .number), total $(printf '%s' "$order" | field .total) $(printf '%s' "$order" | field .currency) in minor units"

echo "3. Pay it. Sent twice with one key, it is one payment."
payment=$(ask POST "/v1/orders/$id/payments" '{"paymentMethod":"pm_ok"}' "payment-$run" | field .id)
again=$(ask POST "/v1/orders/$id/payments" '{"paymentMethod":"pm_ok"}' "payment-$run" | field .id)
if [ "$payment" != "$again" ]; then
  echo "One key made two payments: $payment and $again." >&2
  exit 1
fi
echo "   $payment, and again $again"

echo "4. As finance, refund a part."
sign_in finance
refund=$(ask POST "/v1/payments/$payment/refunds" '{"amount":100,"reason":"a scratch"}' "refund-$run" | field .status)
echo "   refund $refund"

echo "5. What happened to the order:"
ask GET "/v1/orders/$id/timeline?limit=100" | field '.data.map(({ type }) => "   " + type).reverse().join("\n")'

echo "6. Prove that orders, payments, stock and ledger agree."
balanced=$(ask GET /v1/ledger/proof | field .balanced)
echo "   it holds: $balanced"
[ "$balanced" = true ]
