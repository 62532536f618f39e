# One image for both processes and the one-shot commands:
#   api      (default)             node dist/src/main.js
#   worker                         node dist/src/worker.js
#   migrate                        node dist/src/cli.js migrate
FROM docker.io/library/node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY migrations migrations
COPY src src
RUN npx tsc -p tsconfig.build.json

FROM docker.io/library/node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev

FROM docker.io/library/node:24-bookworm-slim
ENV NODE_ENV=production NODE_OPTIONS=--enable-source-maps
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json ./
# The base image's user `node`, by number: Kubernetes can tell only of a number that it is not root.
USER 1000:1000
EXPOSE 3000 3001
CMD ["node", "dist/src/main.js"]
