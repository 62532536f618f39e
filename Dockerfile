# One image for both processes and the commands:
#   api (default)   node dist/src/main.js
#   worker          node dist/src/worker.js
#   commands        till migrate, till doctor, ...
# It needs no writable root: /tmp and /var/lib/till (for MAIL_DIRECTORY, where mails become files) are volumes.
FROM docker.io/library/node:24-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json LICENSE ./
COPY tools/build tools/build
COPY tools/image/gather.mjs tools/image/notice.mjs tools/image/
COPY migrations migrations
COPY src src
COPY pages pages
COPY proto proto
RUN npx tsc -p tsconfig.build.json && node tools/build/bundle.mjs && chmod +x dist/src/cli.js && node tools/build/made.mjs && node tools/image/gather.mjs /till

FROM docker.io/library/node:24-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d AS runtime
# Less memory at the same speed (docs/performance.md): a small young generation, an old one that grows less between collections, and two
# arenas of the C library instead of eight for each core.
ENV NODE_ENV=production NODE_OPTIONS="--max-semi-space-size=16 --max-old-space-size=384" MALLOC_ARENA_MAX=2 \
  NODE_COMPILE_CACHE=/app/compiled
WORKDIR /app

FROM runtime AS warm
COPY --from=build /till ./
COPY tools/image/warm.mjs /warm.mjs
RUN NODE_DISABLE_COMPILE_CACHE=1 node /warm.mjs 10001

FROM runtime
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG SOURCE=
LABEL org.opencontainers.image.title="Till" \
  org.opencontainers.image.description="Self-hosted orders and payments: orders, stock, payments and a double-entry ledger in one PostgreSQL transaction." \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.source="${SOURCE}"
# Files belong to root, so that the process can't change its own code.
COPY --from=warm --chown=0:0 /app ./
RUN ln -s /app/dist/src/cli.js /usr/local/bin/till && install -d -o 10001 -g 10001 /var/lib/till /var/lib/till/mail
VOLUME ["/tmp", "/var/lib/till"]
# By number: Kubernetes can't tell of a name whether it is root.
USER 10001:10001
# The api's public port, and what both processes serve for operations: health, metrics.
EXPOSE 3000 9464
# The base image's entry point is a shell script.
ENTRYPOINT []
CMD ["node", "dist/src/main.js"]
