#!/usr/bin/env bash
# Sends requests that schemathesis makes from the document, many at random and each boundary once, to a Till of `npm start` that nobody
# needs any more: TILL=http://127.0.0.1:3000 tools/openapi/fuzz/run.sh [requests for each operation] [login] [seed]
# Fails for a 5xx, and for a status, a header or a body that the document does not have. Needs `pip install schemathesis`.
set -euo pipefail
cd "$(dirname "$0")"
export TILL="${TILL:-http://127.0.0.1:3000}" TILL_LOGIN="${2:-admin}" SCHEMATHESIS_HOOKS=hooks
checks=not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance
# These would end the session or the account that the requests are of.
mine=(endAllSessions endSession eraseMyAccount changePassword)
schemathesis run "$TILL/openapi.json" --checks "$checks" --continue-on-failure --phases "${PHASES:-coverage,fuzzing}" --workers 2 \
  --max-examples "${1:-100}" --seed "${3:-1}" --suppress-health-check all --warnings off "${mine[@]/#/--exclude-operation-id=}"
