# Two stages: the first has the compiler and every dependency, the second only what runs.
FROM node:24-bookworm-slim AS build
WORKDIR /app
# Dependencies alone first, so that a change in the sources does not install them again. Install scripts run for the
# packages that `allowScripts` in package.json approves.
COPY package.json package-lock.json ./
COPY web/package.json web/package.json
RUN npm ci --no-audit --no-fund
COPY prisma.config.ts ./
COPY prisma prisma
COPY assets assets
COPY scripts/bundle-gateway.mjs scripts/swc-options.mjs scripts/
COPY src src
COPY web web
# @prisma/client and @nestjs/swagger name the Prisma CLI and the compiler as peers that they can do without. npm takes a
# development dependency that is also such a peer for one that is needed; without development dependencies it can tell.
RUN npm run build && npm pkg delete devDependencies workspaces && npm prune --omit=peer --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production DATA_DIR=/data
WORKDIR /app
# Makes formats of speech, and recordings that a provider takes. Debian's newest of the release, with its security fixes: pinned,
# the image could not be built any more when it is replaced.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*
# Everything belongs to root and is only read; the gateway writes to /data alone.
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY prisma/migrations prisma/migrations
COPY assets assets
# 1000 is the image's user `node`; as a number, Kubernetes can see that it is not root.
RUN install -d -o 1000 -g 1000 -m 0700 /data
VOLUME /data
USER 1000:1000
EXPOSE 4000
# Starting includes creating the embedded database (without DATABASE_URL) and applying migrations.
HEALTHCHECK --interval=10s --timeout=3s --start-period=120s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 4000}/health/live`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# No shell and no npm in between: signals reach the gateway itself, which drains on SIGTERM.
CMD ["node", "dist/main.js"]
